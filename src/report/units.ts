/** Cores: `2`, `2.05`, and in thousandths below one, as Kubernetes writes them: `500m`. */
export function formatCpu(cores: number): string {
  const thousandths = Math.round(cores * 1000);
  return thousandths > 0 && thousandths < 1000 ? `${thousandths}m` : `${thousandths / 1000}`;
}

/** Bytes in the largest binary unit that leaves two decimals at most: `6 GiB`, `512 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Math.round(value * 100) / 100} ${units[unit]}`;
}

/** Seconds for people: `45 s`, `5 min`, `1 h 5 min 10 s`. */
export function formatSeconds(seconds: number): string {
  const parts: [number, string][] = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds % 3600 / 60), 'min'], [seconds % 60, 's']];
  const text = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value} ${unit}`).join(' ');
  return text === '' ? '0 s' : text;
}

/** `1 object`, `2 objects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
