package dev.pawl.lock.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.redis.RedisCall;
import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.RedisReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who goes with whom in one call, and what each of them is told. */
final class RecordCallsTest {

    private static final String BASE = "1795297108870821";

    private final Gate redis = new Gate();
    private final RecordCalls calls = new RecordCalls(redis);

    private CompletableFuture<RedisReply> acquire(String record, String attempt) {
        return calls.eval(Scripts.ACQUIRE, List.of(record), texts(attempt, "30000", "0", BASE))
                .toCompletableFuture();
    }

    private CompletableFuture<RedisReply> release(String record, String attempt) {
        return calls.eval(Scripts.RELEASE, List.of(record), texts(attempt, BASE, "0"))
                .toCompletableFuture();
    }

    private List<CompletableFuture<RedisReply>> three() {
        return List.of(acquire("x", "one"), release("y", "two"), acquire("x", "three"));
    }

    private static List<byte[]> texts(String... texts) {
        return Stream.of(texts).map(Scripts::text).toList();
    }

    private static List<String> words(RedisCall call) {
        return call.args().stream()
                .map(arg -> new String(arg, StandardCharsets.US_ASCII))
                .toList();
    }

    private void answer(int call, Object... elements) {
        redis.begun.get(call).answer().complete(RedisReply.of(Arrays.asList(elements)));
    }

    private void fail(int call, BackendException failure) {
        redis.begun.get(call).answer().completeExceptionally(failure);
    }

    private static BackendException failure(CompletableFuture<RedisReply> request) {
        assertThat(request).isCompletedExceptionally();
        return (BackendException) request.handle((reply, failure) -> failure).join();
    }

    @Test
    void whoAsksAloneIsSentAsItIs() {
        CompletableFuture<RedisReply> alone = acquire("x", "one");
        RedisCall call = redis.begun.get(0).write();
        assertThat(call.script()).isSameAs(Scripts.ACQUIRE);
        assertThat(call.keys()).containsExactly("x");
        assertThat(words(call)).containsExactly("one", "30000", "0", BASE);
        RedisReply reply = RedisReply.of(List.of(Scripts.text(BASE)));
        redis.begun.get(0).answer().complete(reply);
        assertThat(alone).isCompletedWithValue(reply);
    }

    @Test
    void whoAsksBeforeTheWritingGoesWithItInTheOrderOfAsking() {
        three();
        assertThat(redis.begun).hasSize(1);
        RedisCall call = redis.begun.get(0).write();
        assertThat(call.script()).isSameAs(Scripts.GROUP);
        assertThat(call.keys()).containsExactly("x", "y", "x");
        assertThat(words(call))
                .containsExactly("ara", "one", "30000", "0", BASE, "two", BASE, "0", "three", "30000", "0", BASE);
    }

    @Test
    void whoAsksAfterTheWritingBeginsTheNextCallThoughTheFirstIsNotAnswered() {
        acquire("x", "one");
        redis.begun.get(0).write();
        acquire("y", "two");
        acquire("z", "three");
        assertThat(redis.begun).hasSize(2);
        assertThat(redis.begun.get(1).write().keys()).containsExactly("y", "z");
    }

    @Test
    void eachHasItsOwnAnswer() {
        List<CompletableFuture<RedisReply>> three = new ArrayList<>(three());
        three.add(acquire("z", "four"));
        redis.begun.get(0).write();
        answer(0, 17L, Scripts.text(BASE), 1L, 5_000L, Scripts.text("PAWLFORMAT record must have format 1: format=9"));
        assertThat(three.get(0).join().size()).isEqualTo(1);
        assertThat(three.get(0).join().isInteger(0)).isFalse();
        assertThat(three.get(0).join().text(0)).isEqualTo(BASE);
        assertThat(three.get(1).join().integer(0)).isEqualTo(1);
        assertThat(three.get(2).join()).hasToString("[5000, 17]");
        assertThat(failure(three.get(3)))
                .hasMessage("Redis refused lock-acquire.lua: PAWLFORMAT record must have format 1: format=9")
                .extracting(BackendException::outcome)
                .isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aReplyWithoutAPartForARequestIsUnknownForThatOne() {
        List<CompletableFuture<RedisReply>> three = three();
        redis.begun.get(0).write();
        answer(0, 17L, Scripts.text(BASE), null);
        assertThat(three.get(0)).isCompleted();
        assertThat(failure(three.get(1)).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure(three.get(2)).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aGroupHasSixtyFourRequestsAtMost() {
        IntStream.range(0, 70).forEach(i -> acquire("x" + i, "one"));
        assertThat(redis.begun).hasSize(2);
        assertThat(redis.begun.get(0).write().keys())
                .hasSize(64)
                .startsWith("x0")
                .endsWith("x63");
        assertThat(redis.begun.get(1).write().keys()).hasSize(6).startsWith("x64");
    }

    @Test
    void aGroupHasKeysOfSixteenKibibytesAtMost() {
        IntStream.range(0, 7).forEach(i -> acquire("x".repeat(4096), "one"));
        assertThat(redis.begun).hasSize(2);
        assertThat(redis.begun.get(0).write().keys()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOutcomeOfACallIsThatOfEachRequestAndEachHasAnExceptionOfItsOwn(boolean unknown) {
        List<CompletableFuture<RedisReply>> three = three();
        redis.begun.get(0).write();
        fail(0, unknown ? RedisFailures.notAnswered("it", null) : RedisFailures.notSent("it", null));
        assertThat(three)
                .extracting(RecordCallsTest::failure)
                .doesNotHaveDuplicates()
                .allSatisfy(e -> assertThat(e.outcome()).isEqualTo(unknown ? Outcome.UNKNOWN : Outcome.NOT_APPLIED));
        assertThat(redis.begun).as("nothing is sent again").hasSize(1);
    }

    @Test
    void aCallThatFailsBeforeItIsWrittenTakesNobodyAnyMore() {
        CompletableFuture<RedisReply> first = acquire("x", "one");
        fail(0, RedisFailures.notSent("it", null));
        assertThat(failure(first).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(acquire("y", "two")).isNotDone();
        assertThat(redis.begun).hasSize(2);
        assertThat(redis.begun.get(1).write().keys()).containsExactly("y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"NOPERM No permissions to access a key", "CROSSSLOT Keys in request don't hash to the same slot"
            })
    void aGroupThatIsRefusedForItsKeysIsSentOneByOneAndSoIsAllFromThenOn(String error) {
        List<CompletableFuture<RedisReply>> three = three();
        redis.begun.get(0).write();
        fail(0, RedisFailures.refused("lock-group.lua", error, null));
        assertThat(redis.begun).hasSize(4);
        assertThat(redis.begun.stream().skip(1).map(begun -> begun.write().script()))
                .containsExactly(Scripts.ACQUIRE, Scripts.RELEASE, Scripts.ACQUIRE);
        answer(1, Scripts.text(BASE));
        fail(2, RedisFailures.refused("lock-release.lua", error, null));
        assertThat(three.get(0)).isCompleted();
        assertThat(failure(three.get(1)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(three.get(2)).isNotDone();

        three();
        assertThat(redis.begun).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OOM command not allowed when used memory > 'maxmemory'.",
                "NOPERM this user has no permissions to run the 'set' command script: a, on @user_script:20."
            })
    void aRefusalForAnotherReasonIsEachRequests(String error) {
        List<CompletableFuture<RedisReply>> three = three();
        redis.begun.get(0).write();
        BackendException refused = RedisFailures.refused("lock-group.lua", error, null);
        fail(0, refused);
        assertThat(three)
                .extracting(RecordCallsTest::failure)
                .allSatisfy(e -> assertThat(e.outcome()).isEqualTo(refused.outcome()));
        three();
        assertThat(redis.begun).as("groups go on").hasSize(2);
    }

    @Test
    void aClientThatChoosesAtOnceSendsEachByItself() {
        FakeRedis atOnce = new FakeRedis();
        RecordCalls each = new RecordCalls(atOnce);
        each.eval(Scripts.ACQUIRE, List.of("x"), texts("one", "30000", "0", BASE));
        each.eval(Scripts.ACQUIRE, List.of("y"), texts("two", "30000", "0", BASE));
        assertThat(atOnce.keys).containsExactly(1, 1);
    }

    @Test
    void aClientThatThrowsLeavesNobodyBehind() {
        FakeRedis throwing = new FakeRedis();
        throwing.answer = () -> {
            throw new IllegalStateException("thrown by the client");
        };
        RecordCalls each = new RecordCalls(throwing);
        assertThatThrownBy(() -> each.eval(Scripts.ACQUIRE, List.of("x"), texts("one", "30000", "0", BASE)))
                .isInstanceOf(IllegalStateException.class);
        throwing.answer = CompletableFuture::new;
        each.eval(Scripts.ACQUIRE, List.of("y"), texts("two", "30000", "0", BASE));
        assertThat(throwing.evals).isEqualTo(2);
    }
}
