// JSON whose integers stay what they are: beyond 2^53 a number of JavaScript holds every second one at best.

const LARGE = "\u0000integer"; // the name by which a large integer is known while it is parsed
const TOKENS = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** As JSON.parse, but an integer that a number can't hold exactly is a BigInt. Throws SyntaxError. */
export function parse(text) {
  let found = false;
  const marked = text.replace(TOKENS, (token) => {
    if (!/^-?\d{16,}$/.test(token) || Number.isSafeInteger(Number(token))) return token;
    found = true;
    return `{${JSON.stringify(LARGE)}:"${token}"}`;
  });
  return JSON.parse(marked, found ? revive : undefined);
}

function revive(_, value) {
  return typeof value?.[LARGE] === "string" ? BigInt(value[LARGE]) : value;
}

/** As JSON.stringify, and a BigInt is written as the integer it is. */
export function stringify(value) {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (typeof value.toJSON === "function") return stringify(value.toJSON());
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${stringify(each)}`).join(",")}}`;
}
