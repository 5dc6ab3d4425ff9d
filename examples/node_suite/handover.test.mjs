// Every test begins with the double as it was when the suite began: a snapshot, and a rollback before each.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { startDouble } from "./double.mjs";
import { Handover } from "./handover.mjs";

let double, handover, snapshot, waited;

before(async () => {
  double = await startDouble();
  ({ snapshot } = await double.control("POST", "snapshots"));
});

after(async () => {
  await double.control("DELETE", `snapshots/${snapshot.id}`);
  await double.stop();
});

beforeEach(async () => {
  await double.control("POST", `snapshots/${snapshot.id}/rollback`);
  waited = [];
  handover = new Handover(double.baseUrl, double.apiKey, { wait: async (seconds) => waited.push(seconds) });
});

const declare = async (incident) => (await double.control("POST", "incidents", incident)).incident;

test("the worst incident comes first, on whatever page it is", async () => {
  await declare({ name: "The worst", severity: "Critical", status: "Fixing" });
  for (let number = 0; number < 30; number++) await declare({ name: "Small", severity: "Minor", status: "Monitoring" });
  const open = await handover.open();

  assert.ok(open.length > 30);
  assert.equal(open.find((each) => each.name === "The worst").severity.rank, open[0].severity.rank);
  assert.equal(open.at(-1).severity.name, "Minor");
});

test("what is closed, declined or paused is no matter of a handover", async () => {
  const incident = await declare({ name: "Over", severity: "Minor", status: "Fixing" });
  await double.control("PATCH", `incidents/${incident.id}`, { status: "Closed" });

  assert.ok(!(await handover.open()).some((each) => each.id === incident.id));
});

test("a note is left once for each shift, though its answer is lost", async () => {
  const incident = await declare({ name: "Checkout answers 502", severity: "Major", status: "Fixing" });
  await double.control("POST", "faults", { operation: "Incident Updates V2#Create", kind: "lost" });
  const update = await handover.note(incident, "night", "Still rolling back");
  const again = await handover.note(incident, "night", "Still rolling back");

  assert.equal(again.id, update.id);
  const asked = { operation: "Incident Updates V2#Create", body: { message: "Still rolling back" }, count: 3 };
  const verdict = await double.control("POST", "journal/expectations", asked);
  assert.ok(verdict.met, JSON.stringify(verdict.nearest));
});

test("it waits as long as it is told", async () => {
  await double.control("POST", "faults", { operation: "Incidents V2#List", kind: "429", seconds: 9, count: 2 });
  await handover.open();

  assert.deepEqual(waited, [9, 9]);
});

test("what doesn't end well is told", async () => {
  await double.control("POST", "faults", { operation: "Incidents V2#List", kind: "403" });

  await assert.rejects(handover.open(), /^Error: 403: /);
});

test("a note bears the time of the double", async () => {
  await double.control("PUT", "clock", { now: "2030-01-31T12:00:00Z", frozen: true });
  const incident = await declare({ name: "Checkout answers 502" });
  await double.control("POST", "clock/advance", { seconds: 3600 });
  const update = await handover.note(incident, "night", "An hour later");

  assert.equal(update.created_at, "2030-01-31T13:00:00Z");
});
