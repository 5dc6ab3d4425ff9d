// Tests that run at the same time on one double, each in an account of its own, which begins as the double began.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startDouble } from "./double.mjs";
import { Handover } from "./handover.mjs";

let shared;

before(async () => {
  shared = await startDouble();
});

after(() => shared.stop());

/** A test with an account, and a client that notes how long it would have waited. */
function inAccount(name, body) {
  test(name, async () => {
    const double = await shared.account();
    const waited = [];
    const wait = async (seconds) => waited.push(seconds);
    try {
      await body({ double, waited, handover: new Handover(double.baseUrl, double.apiKey, { wait }) });
    } finally {
      await double.stop();
    }
  });
}

const declare = async (double, incident) => (await double.control("POST", "incidents", incident)).incident;

describe("handover", { concurrency: 8 }, () => {
  inAccount("the worst incident comes first, on whatever page it is", async ({ double, handover }) => {
    await declare(double, { name: "The worst", severity: "Critical", status: "Fixing" });
    const small = { name: "Small", severity: "Minor", status: "Monitoring" };
    for (let number = 0; number < 30; number++) await declare(double, small);
    const open = await handover.open();

    assert.ok(open.length > 30);
    assert.equal(open.find((each) => each.name === "The worst").severity.rank, open[0].severity.rank);
    assert.equal(open.at(-1).severity.name, "Minor");
  });

  inAccount("what is closed, declined or paused is no matter of a handover", async ({ double, handover }) => {
    const incident = await declare(double, { name: "Over", severity: "Minor", status: "Fixing" });
    await double.control("PATCH", `incidents/${incident.id}`, { status: "Closed" });

    assert.ok(!(await handover.open()).some((each) => each.id === incident.id));
  });

  inAccount("a note is left once for each shift, though its answer is lost", async ({ double, handover }) => {
    const incident = await declare(double, { name: "Checkout answers 502", severity: "Major", status: "Fixing" });
    await double.control("POST", "faults", { operation: "Incident Updates V2#Create", kind: "lost" });
    const update = await handover.note(incident, "night", "Still rolling back");
    const again = await handover.note(incident, "night", "Still rolling back");

    assert.equal(again.id, update.id);
    const asked = { operation: "Incident Updates V2#Create", body: { message: "Still rolling back" }, count: 3 };
    const verdict = await double.control("POST", "journal/expectations", asked);
    assert.ok(verdict.met, JSON.stringify(verdict.nearest));
  });

  inAccount("it waits as long as it is asked to", async ({ double, handover, waited }) => {
    await double.control("POST", "faults", { operation: "Incidents V2#List", kind: "429", seconds: 9, count: 2 });
    await handover.open();

    assert.deepEqual(waited, [9, 9]);
  });

  inAccount("what doesn't end well is reported", async ({ double, handover }) => {
    await double.control("POST", "faults", { operation: "Incidents V2#List", kind: "403" });

    await assert.rejects(handover.open(), /^Error: 403: /);
  });

  inAccount("a note bears the time of the double", async ({ double, handover }) => {
    await double.control("PUT", "clock", { now: "2030-01-31T12:00:00Z", frozen: true });
    const incident = await declare(double, { name: "Checkout answers 502" });
    await double.control("POST", "clock/advance", { seconds: 3600 });
    const update = await handover.note(incident, "night", "An hour later");

    assert.equal(update.created_at, "2030-01-31T13:00:00Z");
  });
});
