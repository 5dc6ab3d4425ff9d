// An incident as the API shows it. What may come tomorrow is kept: other properties, other values of an enum.

import { parse } from "./exact_json.mjs";

/** What is no incident. */
export class RefusedError extends Error {
  name = "RefusedError";
}

const TEXTS = ["id", "reference", "name", "visibility", "mode", "slack_team_id", "slack_channel_id"];
const TIMES = ["created_at", "updated_at", "last_activity_at"];
const LISTS = ["team_ids", "incident_role_assignments", "custom_field_entries"];
const OPTIONAL_LISTS = ["debriefs", "duration_metrics", "incident_timestamp_values", "postmortem_document_ids"];
const OBJECTS = ["creator", "incident_status"];
const OPTIONAL_OBJECTS = ["severity", "incident_type", "external_issue_reference"];
const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

const isText = (value) => typeof value === "string";
const isTime = (value) => isText(value) && TIME.test(value);
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export class Incident {
  #value;

  /** Takes what the API sends as one incident. Throws RefusedError. */
  constructor(value) {
    if (!isObject(value)) throw new RefusedError("not an object");
    expect(value, TEXTS, isText);
    expect(value, TIMES, isTime);
    expect(value, LISTS, Array.isArray);
    expect(value, OBJECTS, isObject);
    expectIfThere(value, OPTIONAL_LISTS, Array.isArray);
    expectIfThere(value, OPTIONAL_OBJECTS, isObject);
    this.#value = value;
  }

  /** Reads a body of JSON: the bytes of one incident, or of the answer that shows one. */
  static fromBytes(bytes) {
    try {
      const value = parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
      return new Incident(value?.incident ?? value);
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) {
        throw new RefusedError(error.message); // no JSON, no UTF-8, or nested too deeply
      }
      throw error;
    }
  }

  get id() {
    return this.#value.id;
  }

  get reference() {
    return this.#value.reference;
  }

  get name() {
    return this.#value.name;
  }

  /** One of those that the API has had so far, or a new one. */
  get category() {
    return this.#value.incident_status.category;
  }

  /** The name of the severity; nothing where it has none. */
  get severity() {
    return this.#value.severity?.name;
  }

  /** To the millisecond; toJSON keeps what is finer. */
  get createdAt() {
    return new Date(this.#value.created_at);
  }

  toJSON() {
    return this.#value;
  }
}

function expect(value, names, isRight) {
  for (const name of names) {
    if (!isRight(value[name])) throw new RefusedError(`${name}: ${JSON.stringify(value[name], String)}`);
  }
}

function expectIfThere(value, names, isRight) {
  expect(value, names.filter((name) => (value[name] ?? undefined) !== undefined), isRight);
}
