// What the next person on call has to know: open incidents, the worst first; and a note in each of them.

const PAGE = 25;

export class Handover {
  /** `wait` pauses for so many seconds. */
  constructor(baseUrl, apiKey, { wait = (seconds) => new Promise((done) => setTimeout(done, 1_000 * seconds)) } = {}) {
    this.baseUrl = baseUrl;
    this.apiKey = apiKey;
    this.wait = wait;
  }

  /** Every incident that is live, the most severe first. */
  async open() {
    const found = [];
    const query = new URLSearchParams({ "status_category[one_of]": "live", page_size: PAGE });
    for (;;) {
      const page = await this.#call("GET", `/v2/incidents?${query}`);
      found.push(...page.incidents);
      const after = page.pagination_meta?.after;
      if (!after) return found.sort((one, other) => rank(other) - rank(one));
      query.set("after", after);
    }
  }

  /** Leave a note in an incident, once for each shift. */
  async note(incident, shift, message) {
    const body = { idempotency_key: `handover ${shift} ${incident.id}`, incident_id: incident.id, message };
    return (await this.#call("POST", "/v2/incident_updates", body)).incident_update;
  }

  async #call(method, path, body) {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(this.baseUrl + path, {
        method,
        headers: { authorization: `Bearer ${this.apiKey}`, "content-type": "application/json" },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      }).catch((error) => error);
      if (response.ok) return response.json();
      const isWorthAnotherTry = response instanceof Error || response.status === 429 || response.status >= 500;
      if (attempt === 4 || !isWorthAnotherTry) {
        throw response instanceof Error ? response : new Error(`${response.status}: ${await response.text()}`);
      }
      await this.wait(Number(response.headers?.get("retry-after") ?? 2 ** attempt));
    }
  }
}

const rank = (incident) => incident.severity?.rank ?? -1;
