// Prints every incident: `incident-double check -- node examples/node_client/list.mjs`.

import { fetchBytes } from "./api.mjs";
import { parse } from "./exact_json.mjs";
import { Incident } from "./incident.mjs";

const CATEGORIES = ["triage", "live", "learning", "paused", "closed", "declined", "canceled", "merged"];
const MODES = ["standard", "retrospective", "test", "tutorial"];

/** Every incident, those too that the API leaves out unless it is asked for them. */
async function* incidents(baseUrl, apiKey) {
  const url = new URL("/v2/incidents", baseUrl);
  url.searchParams.set("page_size", "50");
  for (const each of CATEGORIES) url.searchParams.append("status_category[one_of]", each);
  for (const each of MODES) url.searchParams.append("mode[one_of]", each);
  for (let last; ; ) {
    const page = parse((await fetchBytes(url, apiKey)).toString());
    for (const each of page.incidents) yield new Incident(each);
    const after = page.pagination_meta?.after;
    if (!after || after === last) return; // the last page is the one that names no next one
    url.searchParams.set("after", after);
    last = after;
  }
}

const { INCIDENT_IO_BASE_URL, INCIDENT_IO_API_KEY } = process.env;
for await (const { reference, category, severity, name } of incidents(INCIDENT_IO_BASE_URL, INCIDENT_IO_API_KEY)) {
  console.log([reference, category, severity ?? "no severity", name].join("  "));
}
