package dev.pawl.idgen.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {

    private final Granted granted = new Granted();
    private final BoundedBody body = new BoundedBody(5);

    private static final class Granted implements Flow.Subscription {
        private long requested;
        private boolean cancelled;

        @Override
        public void request(long n) {
            requested += n;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Test
    void aBodyOfTheGreatestLengthIsCollected() {
        body.onSubscribe(granted);
        body.onNext(List.of(bytes("ab"), bytes("cd")));
        body.onNext(List.of(bytes("e")));
        body.onComplete();

        assertThat(Calls.result(body.getBody())).asString(US_ASCII).isEqualTo("abcde");
        assertThat(granted.requested).isEqualTo(Long.MAX_VALUE);
        assertThat(granted.cancelled).isFalse();
    }

    @Test
    void oneByteMoreBreaksTheExchangeOff() {
        body.onSubscribe(granted);
        body.onNext(List.of(bytes("ab"), bytes("cd")));
        body.onNext(List.of(bytes("ef")));

        assertThat(granted.cancelled).isTrue();
        assertFails("at most 5 bytes");
    }

    @Test
    void anExchangeThatBreaksIsNoBody() {
        body.onSubscribe(granted);
        body.onNext(List.of(bytes("ab")));
        body.onError(new IOException("connection reset"));
        body.onComplete();

        assertFails("connection reset");
    }

    @Test
    void aSecondSubscriptionIsRefused() {
        Granted second = new Granted();
        body.onSubscribe(granted);
        body.onSubscribe(second);

        assertThat(second.cancelled).isTrue();
        assertThat(granted.cancelled).isFalse();
    }

    private void assertFails(String why) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> Calls.result(body.getBody()))
                .withCauseInstanceOf(IOException.class)
                .withMessageContaining(why);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
