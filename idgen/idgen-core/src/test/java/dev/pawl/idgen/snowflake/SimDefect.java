package dev.pawl.idgen.snowflake;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.spi.WorkerRecord;
import java.util.Optional;
import java.util.UUID;

/** Bugs around the real classes, one at a time, each of which must repeat an id within some seeds. */
enum SimDefect {
    NONE,

    /** A generator that heeds no limit. */
    NO_LIMIT {
        @Override
        LeaseKeeper keeper(SimProcess process, LeaseKeeper real) {
            return new SimKeeper(real) {
                @Override
                public WorkerLease lease() {
                    WorkerLease lease = super.lease();
                    lease.raiseLimit(WorkerLease.SEALED - 1);
                    return lease;
                }
            };
        }
    },

    /** A stop that writes its mark while ids are still made. */
    NO_SEAL {
        @Override
        LeaseKeeper keeper(SimProcess process, LeaseKeeper real) {
            return new SimKeeper(real) {
                @Override
                public void close() {
                    process.unsealed = real.lease().last.get();
                    super.close();
                }
            };
        }

        @Override
        void beforeRead(SimProcess process) {
            process.keeper().lease().last.compareAndSet(WorkerLease.SEALED, process.unsealed);
        }
    },

    /** A host's name as the owner, which is all that the store compares. */
    NAMES_AS_OWNERS {
        @Override
        boolean takesForTheSame(Optional<WorkerRecord> present, Optional<WorkerRecord> expected) {
            return present.map(WorkerRecord::incarnation).equals(expected.map(WorkerRecord::incarnation));
        }

        @Override
        WorkerRecord compared(SimProcess process, WorkerRecord record) {
            return process.grants.isMine(record) ? owned(record, nameOf(process)) : record;
        }

        @Override
        WorkerRecord written(SimProcess process, Optional<WorkerRecord> expected, WorkerRecord next) {
            return owned(next, nameOf(process));
        }

        @Override
        WorkerRecord read(SimProcess process, WorkerRecord record) {
            UUID mine = process.grants.incarnation();
            return mine != null && record.incarnation().equals(nameOf(process)) ? owned(record, mine) : record;
        }

        private UUID nameOf(SimProcess process) {
            return new UUID(0, process.host.number + 1);
        }
    },

    /** A limit raised by a renewal of unknown outcome. */
    RAISED_ON_UNKNOWN_OUTCOME {
        @Override
        void onUnknownOutcome(SimProcess process, WorkerRecord asked) {
            if (process.hasStarted()) {
                WorkerLease lease = process.keeper().lease();
                lease.raiseLimit(((asked.toTick() + 1) << process.layout().sequenceBits()) - 1);
            }
        }
    },

    /** A store that compares the end of the window instead of who wrote it when. */
    COMPARED_BY_VALUE {
        @Override
        boolean takesForTheSame(Optional<WorkerRecord> present, Optional<WorkerRecord> expected) {
            return present.map(WorkerRecord::toTick).equals(expected.map(WorkerRecord::toTick));
        }
    },

    /** A new owner that starts at its clock instead of behind the last tick of the former one. */
    STARTS_AT_THE_CLOCK {
        @Override
        WorkerRecord seenByStarter(SimProcess process, WorkerRecord record) {
            IdLayout layout = process.layout();
            long now = layout.tickAt(process.host.wallMillis());
            boolean free = record.toTick() + 1 - now <= process.maxAhead();
            long to = Math.max(record.fromTick() - 1, Math.min(record.toTick(), now - 1));
            return free ? SimDefect.to(record, to) : record;
        }
    },

    /** A store that writes whatever it is told. */
    COMPARED_BY_NOTHING {
        @Override
        boolean takesForTheSame(Optional<WorkerRecord> present, Optional<WorkerRecord> expected) {
            return true;
        }
    },

    /** A stop that writes a mark below what was issued. */
    MARK_TOO_LOW {
        @Override
        WorkerRecord written(SimProcess process, Optional<WorkerRecord> expected, WorkerRecord next) {
            boolean lowers = expected.isPresent()
                    && expected.get().incarnation().equals(next.incarnation())
                    && next.toTick() < expected.get().toTick();
            return lowers ? to(next, Math.max(next.fromTick() - 1, next.toTick() - process.maxAhead())) : next;
        }
    };

    /** The store's comparison. */
    boolean takesForTheSame(Optional<WorkerRecord> present, Optional<WorkerRecord> expected) {
        return WorkerRecord.sameVersion(present, expected);
    }

    /** What stands in a record that a process reads to see what has become of its lease. */
    WorkerRecord read(SimProcess process, WorkerRecord record) {
        return record;
    }

    /** What stands in a record that a process reads to choose a worker id. */
    WorkerRecord seenByStarter(SimProcess process, WorkerRecord record) {
        return record;
    }

    /** What a process expects. */
    WorkerRecord compared(SimProcess process, WorkerRecord record) {
        return record;
    }

    /** What a process writes. */
    WorkerRecord written(SimProcess process, Optional<WorkerRecord> expected, WorkerRecord next) {
        return next;
    }

    /** What a process does before it reads back, whether for a renewal or for its stop. */
    void beforeRead(SimProcess process) {}

    /** What a process does when it asked for a record and does not know whether it got it. */
    void onUnknownOutcome(SimProcess process, WorkerRecord asked) {}

    LeaseKeeper keeper(SimProcess process, LeaseKeeper real) {
        return real;
    }

    private static WorkerRecord owned(WorkerRecord record, UUID owner) {
        return new WorkerRecord(
                record.workerId(),
                owner,
                record.fromTick(),
                record.toTick(),
                record.window(),
                record.layout(),
                record.revision());
    }

    private static WorkerRecord to(WorkerRecord record, long toTick) {
        return new WorkerRecord(
                record.workerId(),
                record.incarnation(),
                record.fromTick(),
                toTick,
                record.window(),
                record.layout(),
                record.revision());
    }
}
