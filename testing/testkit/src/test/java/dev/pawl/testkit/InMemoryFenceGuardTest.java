package dev.pawl.testkit;

import dev.pawl.fencing.FenceGuard;
import dev.pawl.fencing.FencingToken;
import dev.pawl.fencing.InMemoryFenceGuard;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

final class InMemoryFenceGuardTest extends FenceGuardTck {

    private final Map<String, InMemoryNumber> numbers = new ConcurrentHashMap<>();

    /** What lives in this process is not opened twice: its guard and its number are shared. */
    @Override
    protected FencedNumber open(String resource) {
        return numbers.computeIfAbsent(
                resource, name -> new InMemoryNumber(InMemoryFenceGuard.of(name), new AtomicLong()));
    }

    private record InMemoryNumber(InMemoryFenceGuard inMemory, AtomicLong number) implements FencedNumber {

        @Override
        public FenceGuard guard() {
            return inMemory;
        }

        @Override
        public long read() {
            return number.get();
        }

        /** Not atomic by itself: only the guard keeps others away. */
        @Override
        public void update(FencingToken token, LongUnaryOperator change) {
            inMemory.run(token, () -> number.set(change.applyAsLong(number.get())));
        }

        @Override
        public void reset(String issuer, long floor) {
            inMemory.reset(issuer, floor);
        }
    }
}
