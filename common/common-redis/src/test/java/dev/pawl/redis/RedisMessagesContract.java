package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.servers.Commands;
import dev.pawl.servers.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every client owes those who subscribe. */
abstract class RedisMessagesContract extends RedisFixture {

    @Test
    void aSubscriptionHearsWhatIsPublishedAfterItsConfirmation() throws Exception {
        Heard first = new Heard();
        Heard second = new Heard();
        String channel = keys.key("x", "channel");
        Subscription one = get(redis.subscribe(channel, first));
        Subscription two = get(redis.subscribe(channel, second));
        get(redis.subscribe(keys.key("x", "other"), new Heard()));
        assertThat(one.channel()).isEqualTo(channel);
        byte[] any = {0, -1, 13, 10};
        publish(channel, "a");
        first.await("a");
        second.await("a");
        RedisScript publish = script("return {redis.call('PUBLISH', ARGV[1], ARGV[2])}");
        get(redis.eval(publish, List.of(channel), List.of(bytes(channel), any)));
        first.await(new String(any, StandardCharsets.ISO_8859_1));

        one.close();
        one.close();
        publish(channel, "b");
        second.await("b");
        assertThat(first.messages).doesNotContain("b");
        two.close();
        awaitNoSubscriberOf(channel);
        Subscription again = get(redis.subscribe(channel, first));
        publish(channel, "c");
        first.await("c");
        assertThat(second.messages).doesNotContain("c");
        again.close();
        assertThat(first.resubscribed).isZero();
    }

    @Test
    void aListenerThatThrowsDisturbsNobody() throws Exception {
        String channel = keys.key("x", "channel");
        Heard heard = new Heard();
        get(redis.subscribe(channel, new RedisListener() {
            @Override
            public void onMessage(byte[] message) {
                throw new IllegalStateException("planted");
            }

            @Override
            public void onResubscribed() {}
        }));
        get(redis.subscribe(channel, heard));
        publish(channel, "a");
        publish(channel, "b");
        heard.await("a");
        heard.await("b");
    }

    @Test
    void aSubscriptionIsRenewedAfterItsConnectionWasCut() throws Exception {
        String channel = keys.key("x", "channel");
        Heard heard = new Heard();
        get(redis.subscribe(channel, heard));
        for (int cut = 1; cut <= 3; cut++) {
            for (RedisProcess master : masters()) {
                master.ask("CLIENT", "KILL", "TYPE", "pubsub");
            }
            int cuts = cut;
            Commands.waitUntil(PATIENCE, () -> heard.resubscribed >= cuts);
            publish(channel, "after " + cut);
            heard.await("after " + cut);
        }
        assertThat(heard.resubscribed).isEqualTo(3);
    }

    @Test
    void aClosedPortHearsNothing() throws Exception {
        String channel = keys.key("x", "channel");
        Heard heard = new Heard();
        get(redis.subscribe(channel, heard));
        redis.close();
        awaitNoSubscriberOf(channel);
        publish(channel, "a");
        assertThat(heard.messages).isEmpty();
    }

    private void awaitNoSubscriberOf(String channel) throws Exception {
        Commands.waitUntil(PATIENCE, () -> {
            for (RedisProcess master : masters()) {
                if (!List.of(channel, 0L).equals(master.ask("PUBSUB", "NUMSUB", channel))) {
                    return false;
                }
            }
            return true;
        });
    }
}
