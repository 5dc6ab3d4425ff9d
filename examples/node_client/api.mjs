// Requests with their manners: a time limit, and a pause when the API asks for one.

const PATIENCE = 10_000; // milliseconds for one attempt, however slowly the answer comes
const ATTEMPTS = 3;

/** The body of a successful answer to a GET. */
export async function fetchBytes(url, apiKey) {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(PATIENCE),
    });
    const body = Buffer.from(await response.arrayBuffer());
    if (response.ok) return body;
    if (response.status !== 429 || attempt === ATTEMPTS) {
      throw new Error(`${response.status}: ${body.toString().slice(0, 200)}`);
    }
    const seconds = Number(response.headers.get("retry-after") ?? 1);
    await new Promise((resolve) => setTimeout(resolve, 1_000 * (Number.isFinite(seconds) ? seconds : 60)));
  }
}
