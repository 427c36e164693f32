/** Fills a rectangle with thin diagonal lines: what is still being counted. */
export function hatch(
  context: CanvasRenderingContext2D,
  box: { x: number; y: number; width: number; height: number },
  color: string,
): void {
  const { x, y, width, height } = box;
  if (width <= 0 || height <= 0) return;
  const GAP = 4;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  // Lines start from multiples of the gap on the canvas, so that they stand still while the box grows.
  for (let at = Math.floor((x - y - height) / GAP) * GAP; at < x + width - y; at += GAP) {
    context.moveTo(at + y, y);
    context.lineTo(at + y + height, y + height);
  }
  context.stroke();
  context.restore();
}
