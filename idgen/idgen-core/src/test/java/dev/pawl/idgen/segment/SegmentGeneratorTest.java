package dev.pawl.idgen.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.idgen.IdEvent;
import dev.pawl.idgen.IdRun;
import dev.pawl.idgen.IdSpaceExhaustedException;
import dev.pawl.idgen.StoreWentBackException;
import dev.pawl.idgen.spi.Reservation.Range;
import dev.pawl.idgen.spi.SegmentTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentGeneratorTest {

    private final FakeSegmentStore store = new FakeSegmentStore();
    private final List<IdEvent> events = new CopyOnWriteArrayList<>();

    private SegmentGeneratorBuilder builder() {
        return SegmentGenerator.builder(store, "orders")
                .floor(10)
                .ceiling(1_000)
                .listener(events::add);
    }

    @Test
    void idsCountUpFromTheTagsFirstIdWithoutAGapAcrossSegments() {
        SegmentGenerator ids = builder().build();
        assertThat(LongStream.range(0, 5_000).map(i -> ids.nextId()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 5_000).boxed().toList());
    }

    @Test
    void theNextSegmentIsFetchedLongBeforeTheCurrentOneEnds() {
        SegmentGenerator ids = builder().build();
        ids.nextId();
        assertThat(store.steps).hasSize(1);
        ids.nextId();
        assertThat(store.steps).as("asked for once a tenth is used").hasSize(2);
        store.failure = new IllegalStateException("down");
        assertThat(LongStream.range(2, 20).map(i -> ids.nextId()).max()).hasValue(20);
    }

    @Test
    void oneRequestAtATimeIsUnderWayHoweverManyCallersWait() throws Exception {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        store.gate = gate;
        SegmentGenerator ids = builder().build();
        List<CompletableFuture<Long>> waiting =
                LongStream.range(0, 100).mapToObj(i -> ids.nextIdAsync()).toList();
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        gate.complete(null);
        long[] taken =
                waiting.stream().mapToLong(CompletableFuture::join).sorted().toArray();
        assertThat(taken).containsExactly(LongStream.rangeClosed(1, 100).toArray());
        assertThat(store.mostInFlight).hasValue(1);
    }

    @Test
    void callersWaitForAStoreThatComesBackInTime() {
        store.failure = new BackendException("down", Outcome.UNKNOWN, null);
        SegmentGenerator ids = builder().maxWait(Duration.ofMinutes(1)).build();
        CompletableFuture<Long> id = CompletableFuture.supplyAsync(ids::nextId);
        await().until(() -> store.steps.size() >= 3);
        assertThat(id).isNotDone();
        store.failure = null;
        assertThat(id.join()).isEqualTo(1);
        assertThat(events).hasAtLeastOneElementOfType(IdEvent.StoreFailed.class);
    }

    @Test
    void callersOfADownStoreGetItsErrorAtTheirDeadline() {
        BackendException down = new BackendException("down", Outcome.NOT_APPLIED, null);
        store.failure = down;
        SegmentGenerator ids = builder().maxWait(Duration.ofMillis(50)).build();
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(ids::nextId)
                .withMessage("a segment must be had in time: tag=orders")
                .withCause(down);
        assertThatExceptionOfType(BackendException.class).isThrownBy(() -> ids.nextIds(new long[3]));
        assertThatExceptionOfType(BackendException.class).isThrownBy(() -> ids.reserve(3));
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> ids.cursor(5).nextId());
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> ids.nextIdAsync().get())
                .withCauseInstanceOf(BackendException.class);
        assertThat(ids.tryNextId(Duration.ZERO)).isEmpty();
        assertThat(ids.tryNextId(Duration.ofMillis(20))).isEmpty();
    }

    @Test
    void aStoreThatNeverAnswersDoesNotHoldCallersBeyondTheirDeadline() {
        store.gate = new CompletableFuture<>();
        SegmentGenerator ids = builder().maxWait(Duration.ofMillis(20)).build();
        assertThatExceptionOfType(BackendException.class).isThrownBy(ids::nextId);
        assertThat(ids.tryNextId(Duration.ZERO)).isEmpty();
    }

    @Test
    void aDownStoreIsAskedOnceASecondAtLeastSoThatIdsGoOnSoonAfterIt() {
        store.failure = new BackendException("down", Outcome.UNKNOWN, null);
        List<Long> pauses = new ArrayList<>();
        SegmentGeneratorBuilder builder = builder();
        builder.delayed = nanos -> {
            pauses.add(nanos);
            return task -> {
                if (pauses.size() < 100) {
                    task.run();
                }
            };
        };
        builder.build();
        assertThat(pauses)
                .hasSize(100)
                .allMatch(nanos -> nanos <= Duration.ofSeconds(1).toNanos());
        assertThat(pauses.get(99)).as("but not all the time").isGreaterThanOrEqualTo(500_000_000);
    }

    @Test
    void anExceptionThatTheStoreThrowsCountsAsAnUnknownFailure() {
        store.failure = new IllegalStateException("a client's own exception");
        SegmentGenerator ids = builder().maxWait(Duration.ZERO).build();
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(ids::nextId)
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    @Test
    void tryNextIdTakesAnIdThatTheStoreAnswersAtOnce() {
        assertThat(builder().build().tryNextId(Duration.ZERO)).isEqualTo(OptionalLong.of(1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxWait(Duration.ofNanos(-1)));
    }

    @Test
    void anUnknownTagIsNeverCreated() {
        SegmentGenerator ids = SegmentGenerator.builder(store, "unknown").build();
        assertThatIllegalStateException()
                .isThrownBy(ids::nextId)
                .withMessage("the tag must have been created before: tag=unknown");
        assertThatIllegalStateException().isThrownBy(() -> ids.tryNextId(Duration.ZERO));
        assertThat(store.steps).as("asked once, not once a call").hasSize(1);
    }

    @Test
    void theLastIdOfATagIsFollowedByATypedError() {
        store.create(new SegmentTag("small", 5, 8));
        SegmentGenerator ids =
                SegmentGenerator.builder(store, "small").listener(events::add).build();
        assertThat(new long[] {ids.nextId(), ids.nextId(), ids.nextId(), ids.nextId()})
                .containsExactly(5, 6, 7, 8);
        assertThatExceptionOfType(IdSpaceExhaustedException.class)
                .isThrownBy(ids::nextId)
                .withMessage("a tag's ids must not pass its maxId: tag=small, maxId=8");
        assertThat(events).contains(new IdEvent.Exhausted(8));
    }

    @Test
    void theGreatestTagEndsWithoutAnOverflow() {
        store.create(new SegmentTag("last", Long.MAX_VALUE - 3, Long.MAX_VALUE - 1));
        SegmentGenerator ids = SegmentGenerator.builder(store, "last").build();
        long[] batch = new long[3];
        ids.nextIds(batch);
        assertThat(batch).containsExactly(Long.MAX_VALUE - 3, Long.MAX_VALUE - 2, Long.MAX_VALUE - 1);
        assertThatExceptionOfType(IdSpaceExhaustedException.class).isThrownBy(() -> ids.nextIds(new long[1_000]));
    }

    @Test
    void aStoreThatWentBackIsRefusedAndNotServed() {
        SegmentGenerator ids = builder().build();
        ids.nextIds(new long[20]);
        store.lie = new Range(15, 24, 99);
        assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(() -> ids.nextIds(new long[1_000]));
        assertThat(events).hasAtLeastOneElementOfType(IdEvent.StoreWentBack.class);
        assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(ids::nextId);
    }

    @Test
    void aStoreThatWentBackIsNotAskedAgainUntilItsRangesHappenToLookRight() {
        AtomicLong nanos = new AtomicLong();
        SegmentGenerator ids = builder().ticker(nanos::get).build();
        ids.nextIds(new long[20]);
        store.lie = new Range(15, 24, 99);
        assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(() -> ids.nextIds(new long[1_000]));
        int asked = store.steps.size();
        store.lie = new Range(1_000_000, 1_000_100, 100); // another instance's by now
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(() -> ids.nextIds(new long[1_000]));
        assertThat(store.steps).hasSize(asked);
    }

    @Test
    void aRevisionThatWentBackIsRefusedWhateverItsRangeIs() {
        SegmentGenerator ids = builder().build();
        ids.nextIds(new long[20]);
        store.lie = new Range(1_000_000, 1_000_100, 1);
        AtomicLong last = new AtomicLong();
        assertThatExceptionOfType(StoreWentBackException.class).isThrownBy(() -> {
            for (int i = 0; i < 1_000; i++) {
                last.set(ids.nextId());
            }
        });
        assertThat(last).hasValueLessThan(1_000_000);
    }

    @Test
    void anAttemptThatIsNeverAnsweredIsFollowedByAnother() {
        store.gate = new CompletableFuture<>();
        SegmentChain chain = new SegmentChain(builder(), Duration.ofMillis(20));
        chain.demand(1).join();
        assertThat(chain.failure()).isNotNull();
        store.gate = CompletableFuture.completedFuture(null);
        await().until(() -> chain.current().length > 0);
    }

    @Test
    void closingBetweenTwoAttemptsDoesNotWaitForOneThatWillNotBe() {
        store.failure = new BackendException("down", Outcome.UNKNOWN, null);
        SegmentGenerator ids = builder().maxWait(Duration.ofHours(1)).build();
        await().until(() -> !events.isEmpty());
        assertThat(CompletableFuture.runAsync(ids::close)).succeedsWithin(Duration.ofSeconds(30));
    }

    /** The ticker jumps, so that the limit is there soon; without it the store would be waited for an hour. */
    @Test
    @Timeout(30)
    void aCloseWaitsForFiveSecondsHoweverPatientCallersAre() {
        AtomicLong nanos = new AtomicLong();
        SegmentGenerator ids = builder()
                .maxWait(Duration.ofHours(1))
                .ticker(() -> nanos.getAndAdd(Duration.ofMillis(2_400).toNanos()))
                .build();
        ids.nextId();
        store.gate = new CompletableFuture<>();
        ids.close();
        assertThatIllegalStateException().isThrownBy(ids::nextId);
    }

    @Test
    void aSecondCloserFindsTheGeneratorSealedAsWell() {
        SegmentGenerator ids = builder().maxWait(Duration.ofHours(1)).build();
        ids.nextId();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        store.gate = gate;
        ids.nextId(); // a request is under way from here on, which the first closer waits for
        CompletableFuture<Void> first = CompletableFuture.runAsync(ids::close);
        await().untilAsserted(() -> assertThatIllegalStateException().isThrownBy(() -> ids.tryNextId(Duration.ZERO)));
        assertThat(first).isNotDone();
        gate.complete(null);
        first.join();
        ids.close();
        assertThatIllegalStateException().isThrownBy(ids::nextId);
    }

    @Test
    void aBatchIsFilledFromAsManySegmentsAsItTakes() {
        SegmentGenerator ids = builder().build();
        long[] batch = new long[3_333];
        ids.nextIds(batch);
        assertThat(batch).containsExactly(LongStream.rangeClosed(1, 3_333).toArray());
        assertThat(ids.nextIdsAsync(new long[500]).join())
                .containsExactly(LongStream.rangeClosed(3_334, 3_833).toArray());
        ids.nextIds(new long[0]);
    }

    @Test
    void aReservedRunIsContiguousAndNobodyElseGetsAnIdOfIt() {
        SegmentGenerator ids = builder().build();
        ids.nextId();
        IdRun run = ids.reserve(500);
        long[] copy = new long[500];
        run.fill(copy);
        assertThat(run.size()).isEqualTo(500);
        assertThat(run.get(499) - run.get(0)).isEqualTo(499);
        assertThat(copy[499]).isEqualTo(run.get(499));
        assertThat(ids.nextId()).isGreaterThan(run.get(499));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> run.get(500));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> run.fill(new long[499]));
    }

    @Test
    void whatIsLeftOfASegmentThatIsTooShortForARunIsTakenFromLateCallersToo() {
        SegmentChain chain = new SegmentChain(builder(), Duration.ofSeconds(15));
        chain.demand(1).join();
        Segment tooShort = chain.current();
        chain.demand(500).join();
        assertThat(chain.advanceFor(500, tooShort)).isTrue();
        assertThat(tooShort.usedUp()).as("its ids lie below the run's").isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_001, Integer.MAX_VALUE})
    void aRunOrBlockOutOfBoundsIsRefused(int count) {
        SegmentGenerator ids = builder().build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.reserve(count))
                .withMessage("count must be in [1, 1000]: count=" + count);
        assertThatIllegalArgumentException().isThrownBy(() -> ids.cursor(count));
    }

    @Test
    void stepsThatContradictEachOtherAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().floor(0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().ceiling(9).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().ceiling(Long.MAX_VALUE).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().targetDuration(Duration.ZERO).build());
    }

    @Test
    void closingGivesTheUnusedIdsBackSoThatARestartGoesOnBehindTheLast() {
        SegmentGenerator ids = builder().build();
        ids.nextIds(new long[42]);
        ids.close();
        ids.close();
        assertThat(builder().build().nextId()).isEqualTo(43);
    }

    @Test
    void closingBeforeTheFirstIdGivesTheWholeSegmentBack() {
        builder().build().close();
        assertThat(builder().build().nextId()).isEqualTo(1);
    }

    @Test
    void nothingIsGivenBackOnceAnotherInstanceHasReserved() {
        SegmentGenerator ids = builder().build();
        ids.nextId();
        SegmentGenerator other = builder().build();
        long seen = other.nextId();
        ids.close();
        SegmentGenerator third = builder().build();
        assertThat(third.nextId()).isGreaterThan(seen);
        assertThat(LongStream.range(0, 50).map(i -> third.nextId())).doesNotContain(seen);
    }

    @Test
    void onlyTheNewestRangeIsGivenBackIfAnotherInstanceReservedBetween() {
        SegmentGenerator ids = builder().build();
        ids.nextId();
        Range between =
                (Range) store.real.reserve("orders", 5).toCompletableFuture().join();
        ids.nextId();
        ids.close();
        assertThat(builder().build().nextId()).isEqualTo(between.last() + 1);
    }

    @Test
    void noThreadGetsAnIdOnceTheGeneratorIsClosed() {
        SegmentGenerator ids = builder().build();
        SegmentCursor cursor = ids.cursor(5);
        long begun = cursor.nextId();
        ids.close();
        assertThatIllegalStateException().isThrownBy(ids::nextId).withMessage("generator must be open: tag=orders");
        assertThatIllegalStateException().isThrownBy(() -> ids.tryNextId(Duration.ZERO));
        assertThatIllegalStateException().isThrownBy(() -> ids.nextIds(new long[1]));
        assertThatIllegalStateException().isThrownBy(() -> ids.reserve(1));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> ids.nextIdAsync().join())
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(LongStream.range(0, 4).map(i -> cursor.nextId())).allMatch(id -> id > begun);
        assertThatIllegalStateException().isThrownBy(cursor::nextId);
        assertThat(builder().build().nextId()).as("behind the cursor's block").isEqualTo(begun + 5);
    }

    @Test
    void closingWhileTheStoreIsDownEndsAndCostsOnlyAGap() {
        SegmentGenerator ids = builder().maxWait(Duration.ofMillis(50)).build();
        ids.nextId();
        store.failure = new BackendException("down", Outcome.UNKNOWN, null);
        ids.close();
        store.failure = null;
        assertThat(builder().build().nextId()).isGreaterThan(1);
    }

    @Test
    void callersWhoWaitBetweenTwoAttemptsHearThatTheGeneratorWasClosed() {
        store.failure = new BackendException("down", Outcome.UNKNOWN, null);
        SegmentGenerator ids = builder().maxWait(Duration.ofDays(1)).build();
        CompletableFuture<Long> waiting = ids.nextIdAsync();
        ids.close();
        assertThat(waiting)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aNegativeWaitIsRefusedBeforeAnIdIsTaken() {
        SegmentGenerator ids = builder().build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.tryNextId(Duration.ofNanos(-1)))
                .withMessage("duration must be >= 0: duration=PT-0.000000001S");
        assertThat(ids.nextId()).isEqualTo(1);
    }

    @Test
    void cursorsNeverShareAnId() {
        SegmentGenerator ids = builder().build();
        SegmentCursor a = ids.cursor(7);
        SegmentCursor b = ids.cursor(7);
        long[] fromA = new long[100];
        long[] fromB = new long[100];
        a.nextIds(fromA);
        b.nextIds(fromB);
        long[] mixed = LongStream.range(0, 100)
                .flatMap(i -> LongStream.of(a.nextId(), b.nextId()))
                .toArray();
        assertThat(LongStream.concat(
                                LongStream.of(mixed), LongStream.concat(Arrays.stream(fromA), Arrays.stream(fromB)))
                        .distinct())
                .hasSize(400);
        assertThat(fromA).isSorted();
    }

    @Test
    void aListenerThatThrowsDisturbsNobody() {
        SegmentGenerator ids = builder()
                .listener(event -> {
                    throw new IllegalStateException("listener");
                })
                .build();
        ids.nextIds(new long[1_000]);
        assertThat(ids.nextId()).isEqualTo(1_001);
    }

    @Test
    void anInterruptDoesNotEndAWaitAndIsKept() throws Exception {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        store.gate = gate;
        SegmentGenerator ids = builder().maxWait(Duration.ofMinutes(1)).build();
        CompletableFuture<Boolean> keptFlag = new CompletableFuture<>();
        Thread caller = new Thread(() -> keptFlag.complete(ids.nextId() == 1 && Thread.interrupted()));
        caller.start();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        caller.interrupt();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING && !caller.isInterrupted());
        gate.complete(null);
        assertThat(keptFlag.join()).isTrue();
    }

    @Test
    void statsCountWhatWasTakenAndWhatIsAtHand() {
        SegmentGenerator ids = builder().build();
        ids.nextIds(new long[25]);
        SegmentStats stats = ids.stats();
        assertThat(stats.issued()).isEqualTo(25);
        assertThat(25 + stats.remaining())
                .isEqualTo(((Range) store.real
                                        .reserve("orders", 1)
                                        .toCompletableFuture()
                                        .join())
                                .first()
                        - 1);
    }
}
