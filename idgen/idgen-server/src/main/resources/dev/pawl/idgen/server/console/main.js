// Asks the service once a second while somebody looks, and shows what it says. Takes ids, changes nothing else.

import * as admin from "./admin.js";
import { get, keep, key } from "./api.js";
import { byId, write } from "./dom.js";
import * as generators from "./generators.js";
import * as ids from "./ids.js";

const PERIOD = 1000;

let timer = 0;
let asking = false;

async function ask() {
  if (asking) {
    return;
  }
  asking = true;
  try {
    const listed = (await get("/v1/generators")).generators;
    generators.show(byId("generators"), listed, performance.now());
    ids.offer(listed);
    status(listed);
    explain("failure", null);
    await admin.refresh(listed, performance.now());
  } catch (failure) {
    generators.pause();
    write(byId("status"), failure.status === 401 ? "locked" : "no answer");
    byId("status").className = "state bad";
    explain("failure", failure);
    demandKey(failure);
  } finally {
    asking = false;
  }
}

function status(listed) {
  const ready = listed.filter((generator) => generator.ready).length;
  write(byId("status"), `${ready} of ${listed.length} ready`);
  byId("status").className = ready === listed.length ? "state" : "state bad";
  byId("key").hidden = !key();
}

/** Shows a failure where it belongs, or takes it away. */
function explain(id, failure) {
  const place = byId(id);
  write(place, failure ? failure.message : "");
  place.hidden = !failure;
}

function demandKey(failure) {
  if (failure.status === 401) {
    byId("key").hidden = false;
  }
}

function run() {
  clearInterval(timer);
  if (document.hidden) {
    generators.pause();
    return;
  }
  ask();
  timer = setInterval(ask, PERIOD);
}

byId("key").addEventListener("submit", (event) => {
  event.preventDefault();
  keep(byId("key-text").value.trim());
  byId("key-text").value = "";
  admin.again();
  ask();
});
byId("forget").addEventListener("click", () => {
  keep("");
  admin.again();
  ask();
});
document.addEventListener("visibilitychange", run);
ids.start((failure) => {
  explain("take-failure", failure);
  if (failure) {
    demandKey(failure);
  } else {
    ask();
  }
});
run();
