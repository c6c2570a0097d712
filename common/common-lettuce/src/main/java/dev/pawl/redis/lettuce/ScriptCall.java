package dev.pawl.redis.lettuce;

import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.RedisScript;
import dev.pawl.redis.Timeouts;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of a script: by digest, then by text if the server does not know it, within one timeout. */
final class ScriptCall extends CompletableFuture<RedisReply> implements Timeouts.Request {

    private final RedisScript script;
    private final List<String> keys;
    private final List<byte[]> args;
    private final Consumer<RedisCommand<String, byte[], List<Object>>> connection;
    private final Consumer<String> refused;
    private volatile @Nullable AsyncCommand<String, byte[], List<Object>> sent;

    ScriptCall(
            RedisScript script,
            List<String> keys,
            List<byte[]> args,
            Consumer<RedisCommand<String, byte[], List<Object>>> connection,
            Consumer<String> refused) {
        this.script = script;
        this.keys = keys;
        this.args = args;
        this.connection = connection;
        this.refused = refused;
    }

    ScriptCall start(Timeouts timeouts) {
        try {
            timeouts.begin(this);
        } catch (IllegalStateException e) { // the application has ended its client before the port
            completeExceptionally(RedisFailures.notSent(script.name(), e));
            return this;
        }
        CompletableFuture<RedisReply> unused = whenComplete((reply, failure) -> timeouts.end(this));
        send(CommandType.EVALSHA, new CommandArgs<>(Link.CODEC).add(script.sha1()));
        return this;
    }

    /** A command that has not left yet will not. */
    @Override
    public void timedOut() {
        completeExceptionally(RedisFailures.notAnswered(script.name() + " in time", null));
        AsyncCommand<String, byte[], List<Object>> command = sent;
        if (command != null) {
            command.cancel(false);
        }
    }

    private void send(CommandType type, CommandArgs<String, byte[]> words) {
        words.add(keys.size()).addKeys(keys).addValues(args);
        AsyncCommand<String, byte[], List<Object>> command =
                new AsyncCommand<>(new Command<>(type, new ReplyOutput(), words));
        sent = command;
        CompletionStage<List<Object>> answer = command;
        answer.whenComplete(this::finish);
        try {
            connection.accept(command);
        } catch (RuntimeException e) {
            command.completeExceptionally(e);
        }
    }

    private void finish(@Nullable List<Object> elements, @Nullable Throwable failure) {
        if (failure instanceof RedisNoScriptException && !isDone() && isByDigest()) {
            send(
                    CommandType.EVAL,
                    new CommandArgs<>(Link.CODEC).add(script.text().getBytes(StandardCharsets.UTF_8)));
        } else if (failure != null) {
            if (failure instanceof RedisCommandExecutionException && failure.getMessage() != null) {
                refused.accept(failure.getMessage());
            }
            completeExceptionally(LettuceFailures.of(script.name(), failure));
        } else if (elements != null) {
            finish(elements);
        }
    }

    private void finish(List<Object> elements) {
        try {
            complete(RedisReply.of(elements));
        } catch (IllegalArgumentException e) {
            completeExceptionally(RedisFailures.notAnswered(script.name() + " as agreed", e));
        }
    }

    private boolean isByDigest() {
        AsyncCommand<String, byte[], List<Object>> command = sent;
        return command != null && command.getType() == CommandType.EVALSHA;
    }
}
