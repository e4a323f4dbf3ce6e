import './tokens.css';
import './page.css';
import { Game } from './Game.ts';

new Game().start();
