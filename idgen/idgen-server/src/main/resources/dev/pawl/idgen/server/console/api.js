// Calls the service. Ids stay the strings that it sends: a JavaScript number would round them beyond 2^53 - 1.

const STORED = "pawl.key";

/** A call that failed, in words for people: what happened, and what to do. */
export class Failure extends Error {
  constructor(status, detail, todo) {
    super(todo ? `${detail} ${todo}` : detail);
    this.status = status;
  }
}

/** The key of this tab; it is gone with the tab. */
export function key() {
  return sessionStorage.getItem(STORED) ?? "";
}

export function keep(newKey) {
  if (newKey) {
    sessionStorage.setItem(STORED, newKey);
  } else {
    sessionStorage.removeItem(STORED);
  }
}

export function get(path) {
  return call(path, {});
}

export function post(path, body) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function call(path, options) {
  const headers = { Accept: "application/json", ...options.headers };
  if (key()) {
    headers.Authorization = `Bearer ${key()}`;
  }
  let answer;
  try {
    answer = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch {
    throw new Failure(0, "The service does not answer.", "Is it running? This page goes on trying.");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw failure(answer, body);
  }
  return body;
}

function failure(answer, problem) {
  const detail = problem.detail ? `${capital(problem.detail)}.` : `The service answered ${answer.status}.`;
  return new Failure(answer.status, detail, todo(answer, (problem.type ?? "").split(":").pop()));
}

function todo(answer, type) {
  const wait = answer.headers.get("Retry-After");
  switch (type) {
    case "unauthorized":
      return key() ? "The key that you gave is not known: check it." : "Enter a key above.";
    case "forbidden":
      return "Ask an operator for a key that may.";
    case "exhausted":
      return "An operator can raise the greatest number of the tag.";
    case "tag-paused":
      return "An operator can resume the tag.";
    case "store-went-back":
      return "An operator has to look at the store: it was restored or replaced.";
    default:
      return wait ? `Try again in ${wait} s.` : "";
  }
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
