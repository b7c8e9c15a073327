/** A place on Grafana's grid of 24 columns. */
export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const COLUMNS = 24;

/**
 * Places panels of one height line by line, each line filled to the edge: the panels are spread evenly over as few lines as `perLine`
 * allows, so four panels of at most three a line make two lines of two.
 */
export function placePanels(count: number, top: number, height: number, perLine: number): GridPos[] {
  const lines = Math.ceil(count / perLine);
  return Array.from({ length: lines }, (_, line) => {
    const inLine = Math.floor(count / lines) + (line < count % lines ? 1 : 0);
    const edges = Array.from({ length: inLine + 1 }, (__, i) => Math.floor(i * COLUMNS / inLine));
    return edges.slice(1).map((right, i) => ({ x: edges[i], y: top + line * height, w: right - edges[i], h: height }));
  }).flat();
}

/** First line below the given places. */
export function bottomOf(places: GridPos[], top: number): number {
  return Math.max(top, ...places.map((place) => place.y + place.h));
}
