// Fetches a URL as often as there are further arguments, each of them the milliseconds that it waits for the answer;
// prints for each what came of it, as a line of JSON. It fetches once more after each, to see that all is well again.

const [url, key, ...patience] = process.argv.slice(2);
const headers = { authorization: `Bearer ${key}` };

async function outcome(milliseconds) {
  const got = {};
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(milliseconds) });
    got.status = response.status;
    got.type = response.headers.get("content-type");
    got.length = response.headers.get("content-length");
    got.body = await response.text();
    JSON.parse(got.body);
  } catch (error) {
    got.error = error.name;
    got.cause = error.cause?.code;
  }
  await new Promise(setImmediate); // so that the connection is free for the next one
  return got;
}

for (const milliseconds of patience) {
  const struck = await outcome(Number(milliseconds));
  const next = await outcome(10_000);
  console.log(JSON.stringify([struck, next]));
}
