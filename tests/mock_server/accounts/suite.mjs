// What a suite in Node sees in an account of its own; see test_parallel_suites.py.

const [base, tests] = process.argv.slice(2);

async function ask(method, path, headers, body) {
  const sent = { ...headers, "content-type": "application/json" };
  const answer = await fetch(base + path, { method, headers: sent, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, json: text ? JSON.parse(text) : null };
}

const { account } = (await ask("POST", "/_double/accounts", {}, {})).json;
const api = { authorization: `Bearer ${account.key}` };
const control = { "incident-double-account": account.name };
await ask("PUT", "/_double/clock", control, { now: "2026-06-01T09:00:00Z", frozen: true });
const snapshot = (await ask("POST", "/_double/snapshots", control)).json.snapshot.id;

const found = [];
for (let number = 0; number < Number(tests); number++) {
  const body = { idempotency_key: `${number}`, visibility: "public", name: `Number ${number}` };
  let declared;
  for (let again = 0; again < (number % 3) + 1; again++) {
    declared = (await ask("POST", "/v2/incidents", api, body)).json.incident;
  }
  const page = (await ask("GET", "/v2/incidents?page_size=2", api)).json;
  await ask("POST", "/_double/faults", control, { operation: "*", kind: "422" });
  const refused = (await ask("GET", "/v2/incidents", api)).status;
  const exchanges = (await ask("GET", "/_double/journal?limit=3", control)).json.last;
  found.push([
    declared.id,
    declared.created_at,
    page.incidents.map((each) => each.name),
    page.pagination_meta.total_record_count,
    refused,
    exchanges,
  ]);
  await ask("POST", `/_double/snapshots/${snapshot}/rollback`, control);
}
await ask("DELETE", `/_double/accounts/${account.name}`, {});
console.log(JSON.stringify(found));
