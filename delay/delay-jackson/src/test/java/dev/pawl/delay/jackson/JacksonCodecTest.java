package dev.pawl.delay.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.pawl.delay.ConsumerOptions;
import dev.pawl.delay.DeadLetterBox;
import dev.pawl.delay.DelayEvent;
import dev.pawl.delay.DelayQueue;
import dev.pawl.delay.DelayQueues;
import dev.pawl.delay.DelayedJob;
import dev.pawl.delay.PayloadCodec;
import dev.pawl.delay.memory.InMemoryJobStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What is written as JSON is read again, and what is no payload is refused. */
final class JacksonCodecTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    record Order(String id, long cents, Instant placed, List<String> items) {}

    /** Jackson cannot write it. */
    record Broken(String value) {

        @Override
        public String value() {
            throw new IllegalStateException("no value");
        }
    }

    private final JacksonCodec<Order> codec = JacksonCodec.of(Order.class);

    @Test
    void whatIsWrittenIsRead() {
        Order order =
                new Order("order-ä-7", Long.MAX_VALUE, Instant.parse("2026-11-22T05:00:00.123456789Z"), List.of("\""));
        assertThat(codec.decode(codec.encode(order))).isEqualTo(order);
    }

    @Test
    void aGenericTypeIsReadAsItself() {
        JacksonCodec<List<Order>> orders = JacksonCodec.of(new TypeReference<List<Order>>() {}, JsonMapper.shared());
        List<Order> two =
                List.of(new Order("a", 1, Instant.EPOCH, List.of()), new Order("b", 2, Instant.MAX, List.of("x")));
        assertThat(orders.decode(orders.encode(two))).isEqualTo(two);
    }

    @Test
    void aFieldThatTheTypeDoesNotHaveIsSkipped() {
        assertThat(codec.decode(bytes("{\"id\":\"a\",\"cents\":1,\"since\":\"version 2\"}"))
                        .id())
                .isEqualTo("a");
    }

    @Test
    void theApplicationsMapperDecides() {
        JsonMapper strict = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        JacksonCodec.of(Order.class, strict).decode(bytes("{\"id\":\"a\",\"cents\":1,\"since\":2}")))
                .withMessageContaining("since");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{\"id\":\"a\"} x", "[]", "null", "{\"cents\":\"many\"}", "{\"id\":\"a\"}", "\u0000"})
    void bytesThatAreNoPayloadAreRefused(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.decode(bytes(json)))
                .withMessageStartingWith("payload must be JSON of its type: type=")
                .withMessageContaining("Order")
                .withMessageContaining("bytes=" + bytes(json).length);
    }

    @Test
    void aPayloadThatCannotBeWrittenIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JacksonCodec.of(Broken.class).encode(new Broken("a")))
                .withMessageContaining("payload must be written as JSON: type=")
                .withMessageContaining("Broken");
    }

    @Test
    void aJobThatIsNoPayloadIsADeadLetterThatIsNamedAndTheNextIsDelivered() {
        Queue<DelayEvent.Died> died = new ConcurrentLinkedQueue<>();
        Queue<Order> handled = new ConcurrentLinkedQueue<>();
        try (DelayQueues queues = DelayQueues.builder(new InMemoryJobStore())
                .listener(event -> {
                    if (event instanceof DelayEvent.Died one) {
                        died.add(one);
                    }
                })
                .build()) {
            DelayQueue<Order> orders = queues.queue("orders", codec);
            queues.queue("orders", PayloadCodec.utf8())
                    .enqueue(DelayedJob.of("{\"id\":").id("order-7"));
            orders.enqueue(DelayedJob.of(new Order("order-8", 1, Instant.EPOCH, List.of())));
            orders.consume(delivery -> handled.add(delivery.payload()), ConsumerOptions.defaults());
            await().atMost(PATIENCE)
                    .until(() ->
                            handled.size() == 1 && orders.deadLetters().peek(2).size() == 1);
            DeadLetterBox.Letter<Order> letter = orders.deadLetters().peek(2).get(0);
            assertThat(letter.payload()).isEmpty();
            assertThat(letter.letter().reason())
                    .contains("payload cannot be read")
                    .contains("JSON of its type");
            assertThat(died).singleElement().satisfies(event -> {
                assertThat(event.job().id()).isEqualTo("order-7");
                assertThat(event.job().partition().queue()).isEqualTo("orders");
                assertThat(event.reason()).contains("JSON of its type");
            });
        }
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
