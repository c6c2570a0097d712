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

    /** It was ended, and has no key. */
    record Over() implements Step {}

    /** It was refused while it held, and its key keeps others out until its time is over. */
    record Refused(Entry entry) implements Step {}

    /** It has no place, or not the one that was thought: its key has gone. */
    record Gone() implements Step {}

    /** At its key there stands what an attempt that had the name before has left. */
    record Leftover(Entry entry) implements Step {}
}
