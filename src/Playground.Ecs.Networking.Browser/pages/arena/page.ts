import '../shared/tokens.css';
import './styles/page.css';
import './styles/stage.css';
import './styles/panels.css';
import './styles/layout.css';
import { Game } from './Game.ts';

new Game().start();
