package dev.pawl.redis.lettuce;

import dev.pawl.redis.RedisCall;
import dev.pawl.redis.RedisFailures;
import dev.pawl.redis.RedisReply;
import dev.pawl.redis.Timeouts;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of a script: by digest, then by text if the server does not know it, within one timeout. */
final class ScriptCall extends CompletableFuture<RedisReply> implements Timeouts.Request {

    private final Supplier<RedisCall> choice;
    private final Consumer<RedisCommand<String, byte[], List<Object>>> connection;
    private final Consumer<String> refused;
    private volatile @Nullable RedisCall chosen;
    private volatile @Nullable AsyncCommand<String, byte[], List<Object>> sent;

    ScriptCall(
            Supplier<RedisCall> choice,
            Consumer<RedisCommand<String, byte[], List<Object>>> connection,
            Consumer<String> refused) {
        this.choice = choice;
        this.connection = connection;
        this.refused = refused;
    }

    ScriptCall start(Timeouts timeouts) {
        RedisCall call = choose();
        if (begins(timeouts)) {
            send(CommandType.EVALSHA, call);
        }
        return this;
    }

    /** Leaves the choice to the moment of writing. */
    ScriptCall startLate(Timeouts timeouts) {
        if (begins(timeouts)) {
            send(new LateCommand());
        }
        return this;
    }

    private boolean begins(Timeouts timeouts) {
        try {
            timeouts.begin(this);
        } catch (IllegalStateException e) { // the application has ended its client before the port
            completeExceptionally(RedisFailures.notSent(name(), e));
            return false;
        }
        CompletableFuture<RedisReply> unused = whenComplete((reply, failure) -> timeouts.end(this));
        return true;
    }

    /** A command that has not left yet will not. */
    @Override
    public void timedOut() {
        completeExceptionally(RedisFailures.notAnswered(name() + " in time", null));
        AsyncCommand<String, byte[], List<Object>> command = sent;
        if (command != null) {
            command.cancel(false);
        }
    }

    private RedisCall choose() {
        RedisCall call = choice.get();
        chosen = call;
        return call;
    }

    private String name() {
        RedisCall call = chosen;
        return call == null ? "a script" : call.script().name();
    }

    /** Has its words when Lettuce writes it, on the connection's event loop. */
    private final class LateCommand extends Command<String, byte[], List<Object>> {

        private boolean complete;

        LateCommand() {
            super(CommandType.EVALSHA, new ReplyOutput(), new CommandArgs<>(Link.CODEC));
        }

        @Override
        public void encode(ByteBuf buffer) {
            if (!complete) {
                complete = true;
                fill(CommandType.EVALSHA, choose(), getArgs());
            }
            super.encode(buffer);
        }
    }

    private static void fill(CommandType type, RedisCall call, CommandArgs<String, byte[]> words) {
        if (type == CommandType.EVAL) {
            words.add(call.script().text().getBytes(StandardCharsets.UTF_8));
        } else {
            words.add(call.script().sha1());
        }
        words.add(call.keys().size()).addKeys(call.keys()).addValues(call.args());
    }

    private void send(CommandType type, RedisCall call) {
        CommandArgs<String, byte[]> words = new CommandArgs<>(Link.CODEC);
        fill(type, call, words);
        send(new Command<>(type, new ReplyOutput(), words));
    }

    private void send(Command<String, byte[], List<Object>> words) {
        AsyncCommand<String, byte[], List<Object>> command = new AsyncCommand<>(words);
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
        RedisCall call = chosen;
        if (failure instanceof RedisNoScriptException && !isDone() && isByDigest() && call != null) {
            send(CommandType.EVAL, call);
        } else if (failure != null) {
            if (failure instanceof RedisCommandExecutionException && failure.getMessage() != null) {
                refused.accept(failure.getMessage());
            }
            completeExceptionally(LettuceFailures.of(name(), failure));
        } else if (elements != null) {
            finish(elements);
        }
    }

    private void finish(List<Object> elements) {
        try {
            complete(RedisReply.of(elements));
        } catch (IllegalArgumentException e) {
            completeExceptionally(RedisFailures.notAnswered(name() + " as agreed", e));
        }
    }

    private boolean isByDigest() {
        AsyncCommand<String, byte[], List<Object>> command = sent;
        return command != null && command.getType() == CommandType.EVALSHA;
    }
}
