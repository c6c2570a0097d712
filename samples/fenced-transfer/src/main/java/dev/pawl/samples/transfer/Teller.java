package dev.pawl.samples.transfer;

import dev.pawl.fencing.StaleTokenException;
import dev.pawl.lock.LockHandle;
import dev.pawl.lock.LockLostException;
import dev.pawl.lock.LockOptions;
import dev.pawl.lock.LockService;
import dev.pawl.lock.redis.RedisLockBackend;
import dev.pawl.redis.lettuce.LettuceRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/** One process: moves an amount from the first account to the second, under the lock. */
public final class Teller {

    /** Short, so that nobody has to wait for long to see it end. */
    static final Duration LEASE = Duration.ofSeconds(1);

    private final String name;
    private final int amount;
    private final Accounts accounts;
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private Teller(String name, int amount, Accounts accounts) {
        this.name = name;
        this.amount = amount;
        this.accounts = accounts;
    }

    /**
     * Runs it.
     *
     * @param args the directory of the database, {@code true} for a fence, the teller's name, the amount, the port of Redis
     * @throws Exception if the transfer fails
     */
    public static void main(String[] args) throws Exception {
        Accounts accounts = Accounts.open(Path.of(args[0]), Boolean.parseBoolean(args[1]));
        Teller teller = new Teller(args[2], Integer.parseInt(args[3]), accounts);
        RedisURI uri = RedisURI.create("127.0.0.1", Integer.parseInt(args[4]));
        RedisClient client = RedisClient.create(uri);
        try (LettuceRedis redis = LettuceRedis.of(client, uri);
                LockService locks = LockService.of(RedisLockBackend.of(redis, "bank"))) {
            while (!teller.transfer(locks)) {
                teller.say("begins anew");
            }
        } finally {
            client.shutdown();
        }
    }

    /** True if the transfer is done, false if it was refused and has to begin anew. */
    private boolean transfer(LockService locks) throws InterruptedException, SQLException, IOException {
        try (LockHandle handle =
                locks.lock("accounts", LockOptions.defaults().withLease(LEASE)).acquire()) {
            accounts.enter(handle.token());
            Accounts.Balances balances = accounts.read();
            handle.ensureValid(LEASE.dividedBy(10));
            say("has token " + handle.token().value() + " and reads " + balances.first() + " and " + balances.second());
            in.readLine(); // here one of them is paused
            accounts.write(handle.token(), balances.move(amount));
            say("has moved " + amount);
        } catch (StaleTokenException refused) {
            say("is refused: " + refused.getMessage());
            return false;
        } catch (LockLostException late) {
            say("learns, after it has written: " + late.getMessage());
        }
        return true;
    }

    private void say(String what) {
        System.out.println(name + " " + what);
        System.out.flush();
    }
}
