// Draws charts in the browser as Node does. Heavy: it is read when something is filtered first.

export { drawSvg } from '../charts/draw.ts'
