package dev.pawl.lock.redis;

import java.time.Duration;

/** A request's timeout where it is not what a test is about: a test machine may stall for seconds. */
final class Patience {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Patience() {}
}
