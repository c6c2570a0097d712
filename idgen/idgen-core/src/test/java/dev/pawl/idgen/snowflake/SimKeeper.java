package dev.pawl.idgen.snowflake;

import dev.pawl.common.CoordinationException;
import dev.pawl.idgen.Guarantee;
import org.jspecify.annotations.Nullable;

/** A lease keeper that does as another one, for planted bugs to deviate from. */
class SimKeeper implements LeaseKeeper {

    private final LeaseKeeper real;

    SimKeeper(LeaseKeeper real) {
        this.real = real;
    }

    @Override
    public WorkerLease lease() {
        return real.lease();
    }

    @Override
    public void renewSoon() {
        real.renewSoon();
    }

    @Override
    public @Nullable CoordinationException failure() {
        return real.failure();
    }

    @Override
    public Guarantee guarantee() {
        return real.guarantee();
    }

    @Override
    public boolean isClosed() {
        return real.isClosed();
    }

    @Override
    public void close() {
        real.close();
    }
}
