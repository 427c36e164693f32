/** A single page view as a browser sends it, whose path is in the frame that tells of it. */
export function probeOf(url: string, number: number): { request: string; path: string } {
  const path = `/probe-${number}-${Math.random().toString(36).slice(2, 8)}`;
  const now = Date.now();
  const body = JSON.stringify({
    events: [
      { seq: number, timestamp: now, event_type: "pageview", page_url: `https://shop.example${path}`, title: "Probe" },
    ],
    site: "demo",
    tab: "9d2f4c1e-0b7a-4f6d-8c35-2a1e0f9b8d7c",
    sent_at: now,
    visible: true,
  });
  const head = [
    "POST /api/v1/track HTTP/1.1",
    `Host: ${new URL(url).host}`,
    "CF-Connecting-IP: 198.19.7.7",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Content-Type: text/plain;charset=UTF-8",
    "Origin: https://shop.example",
    "Accept-Language: en",
  ];
  return { request: `${head.join("\r\n")}\r\n\r\n${body}`, path };
}
