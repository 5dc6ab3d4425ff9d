// A double for a test suite in Node: one process for all tests, each of which has an account there.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The double of the environment, such as a service of CI, or else one of our own. */
export async function startDouble() {
  const { INCIDENT_IO_BASE_URL, INCIDENT_IO_API_KEY, INCIDENT_DOUBLE_CONTROL_TOKEN } = process.env;
  if (INCIDENT_IO_BASE_URL) {
    return new Double(INCIDENT_IO_BASE_URL, INCIDENT_IO_API_KEY, INCIDENT_DOUBLE_CONTROL_TOKEN, () => {});
  }
  const child = spawn("incident-double", ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const announced = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = line.match(/^(base URL|API key) +(\S+)$/) ?? [];
    if (name) announced[name] = value;
    if (announced["base URL"] && announced["API key"]) break; // it listens
  }
  if (!announced["API key"]) throw new Error("incident-double ended before it listened");
  return new Double(announced["base URL"], announced["API key"], INCIDENT_DOUBLE_CONTROL_TOKEN, async () => {
    child.kill();
    await once(child, "exit");
  });
}

class Double {
  constructor(baseUrl, apiKey, controlToken, stop, name = "default") {
    Object.assign(this, { baseUrl, apiKey, controlToken, stop, name });
  }

  /** Another account on the same double: a key, and state, clock, faults and journal of its own, until it is stopped. */
  async account() {
    const { account } = await this.control("POST", "accounts");
    const stop = () => this.control("DELETE", `accounts/${account.name}`);
    return new Double(this.baseUrl, account.key, this.controlToken, stop, account.name);
  }

  /** An operation of the control plane: what it answers, as JSON. See `GET /_double/openapi.json` for all of them. */
  async control(method, path, body) {
    const headers = { "content-type": "application/json", "incident-double-account": this.name };
    if (this.controlToken) headers.authorization = `Bearer ${this.controlToken}`;
    const options = { method, headers, body: body && JSON.stringify(body) };
    const response = await fetch(`${this.baseUrl}/_double/${path}`, options);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
