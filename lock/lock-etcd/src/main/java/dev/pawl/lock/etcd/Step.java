package dev.pawl.lock.etcd;

import java.util.Optional;

/** How a transaction has left an attempt. */
sealed interface Step {

    /** It holds. */
    record Holds(Entry entry) implements Step {}

    /** It waits, behind a key that stood at this revision; behind none if that has just gone. */
    record Waits(Entry entry, Optional<String> predecessor, long revision) implements Step {}

    /** Others are in front, and it did not want to wait. */
    record Busy() implements Step {}

    /** It was ended or refused. */
    record Over() implements Step {}

    /** It has no place, or not the one that was thought: its key has gone. */
    record Gone() implements Step {}
}
