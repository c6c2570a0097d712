package dev.pawl.lock;

import dev.pawl.fencing.FencingToken;
import dev.pawl.lock.spi.LockBackend;
import dev.pawl.lock.spi.LockResource;
import dev.pawl.lock.spi.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/** One process on time and a store that the test moves. */
final class Fixture {

    static final Duration LEASE = Duration.ofSeconds(30);
    /** What is trusted of it: less a hundredth and 2 ms. */
    static final Duration TRUSTED = Duration.ofMillis(29_698);

    static final Duration TICK = Duration.ofNanos(1);

    final FakeTime time = new FakeTime();
    final FakeStore store = new FakeStore();
    final List<LockEvent> events = new ArrayList<>();
    final List<LockLost> losses = new ArrayList<>();
    Executor executor = Runnable::run;
    LockListener listener = events::add;
    Duration patience = Duration.ofSeconds(10);
    LockOptions options = LockOptions.defaults();
    FencingToken.Kind mode = FencingToken.Kind.EXCLUSIVE;
    private LockContext context;

    LockContext context() {
        if (context == null) {
            context = context(store);
        }
        return context;
    }

    LockContext context(LockBackend backend) {
        SplittableRandom random = new SplittableRandom(1);
        return new LockContext(
                backend,
                "s",
                new LockContext.Time(time::monotonic, time.wall(), time, () -> random),
                task -> executor.execute(task),
                new LockContext.Settings(listener, patience));
    }

    Wanted wanted() {
        LockResource.Kind kind =
                switch (mode) {
                    case EXCLUSIVE -> LockResource.Kind.LOCK;
                    case READ -> LockResource.Kind.READ_WRITE;
                    case PERMIT -> LockResource.Kind.SEMAPHORE;
                };
        LockResource resource = new LockResource(kind, "a");
        return new Wanted(
                resource,
                new LockTerms(mode, 1, options.lease(), options.delay()),
                options,
                context().backend.issuer(resource));
    }

    DistributedLock lock() {
        return new DistributedLock(context(), new ThreadHolds(), wanted());
    }

    Acquisition contend() {
        return new Acquisition(context(), wanted(), true).start();
    }

    Acquisition tryOnce() {
        return new Acquisition(context(), wanted(), false).start();
    }

    /** A handle of the given base, whose request was answered at once. */
    LockHandle held(long base) {
        Acquisition acquisition = contend();
        store.only("acquire").grant(base);
        LockHandle handle = handleOf(acquisition);
        handle.onLost(losses::add);
        return handle;
    }

    static LockHandle handleOf(Acquisition acquisition) {
        return acquisition.result().getNow(Optional.empty()).orElseThrow();
    }

    /** Tells of what kind the events were, and forgets them. */
    List<String> heard() {
        List<String> names =
                events.stream().map(event -> event.getClass().getSimpleName()).toList();
        events.clear();
        return names;
    }
}
