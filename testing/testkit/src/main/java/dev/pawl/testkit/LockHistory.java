package dev.pawl.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.ReleaseResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Who was inside with which token, in the order of their coming in. Thread-safe. */
final class LockHistory {

    private final int most;
    private final ReentrantLock guard = new ReentrantLock();
    private final List<FencingToken> tokens = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private int inside;
    private int alone;

    LockHistory(int most) {
        this.most = most;
    }

    /** Goes in and out under a handle, and releases it. */
    void hold(LockHandle handle) {
        boolean exclusive = enter(handle);
        handle.ensureValid(Duration.ofNanos(1));
        if (exclusive) {
            leaveAlone();
        } else {
            leave();
        }
        assertThat(handle.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    boolean enter(LockHandle handle) {
        boolean exclusive = handle.token().kind() == FencingToken.Kind.EXCLUSIVE;
        guard.lock();
        try {
            inside++;
            alone += exclusive && most != 1 ? 1 : 0;
            if (inside > most || (alone > 0 && inside > 1)) {
                violations.add(inside + " inside with " + handle.token());
            }
            tokens.add(handle.token());
            return exclusive && most != 1;
        } finally {
            guard.unlock();
        }
    }

    void leave() {
        guard.lock();
        try {
            inside--;
        } finally {
            guard.unlock();
        }
    }

    private void leaveAlone() {
        guard.lock();
        try {
            inside--;
            alone--;
        } finally {
            guard.unlock();
        }
    }

    /** Nobody was inside who must not be, and tokens rose where the order was certain. */
    void assertInvariants(int grants) {
        assertThat(violations).isEmpty();
        assertThat(tokens.stream().map(FencingToken::value)).hasSize(grants).doesNotHaveDuplicates();
        long greatestAlone = 0;
        long greatest = 0;
        for (FencingToken token : tokens) {
            boolean exclusive = token.kind() == FencingToken.Kind.EXCLUSIVE;
            assertThat(token.value()).as("token of " + token).isGreaterThan(exclusive ? greatest : greatestAlone);
            greatest = Math.max(greatest, token.value());
            greatestAlone = exclusive ? token.value() : greatestAlone;
        }
    }
}
