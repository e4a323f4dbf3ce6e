import 'uplot/dist/uPlot.min.css';
import './styles/page.css';
import './styles/panels.css';
import './styles/tables.css';
import './styles/state.css';
import { Inspector } from './Inspector.ts';

new Inspector().start();
