package dev.pawl.benchmarks.ids;

import com.tencent.devops.leaf.common.Result;
import com.tencent.devops.leaf.common.Status;
import com.tencent.devops.leaf.segment.SegmentIDGenImpl;
import com.tencent.devops.leaf.segment.dao.IDAllocDao;
import com.tencent.devops.leaf.segment.model.LeafAlloc;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Leaf's segment mode over a table in memory, with a step of ten million as in {@link CosIdBenchmark}. */
@State(Scope.Benchmark)
public class LeafBenchmark {

    private static final String TAG = "bench";
    private static final int STEP = 10_000_000;

    private final SegmentIDGenImpl generator = new SegmentIDGenImpl();

    /** Loads the tag. */
    @Setup
    public void open() {
        generator.setDao(new MemoryDao());
        generator.init();
        next();
    }

    /**
     * One id. Where both of its segments are empty Leaf answers with a status and the caller has to ask again.
     *
     * @return the id
     */
    @Benchmark
    public long next() {
        Result result = generator.get(TAG);
        while (result.getStatus() != Status.SUCCESS) {
            Thread.onSpinWait();
            result = generator.get(TAG);
        }
        return result.getId();
    }

    private static final class MemoryDao implements IDAllocDao {
        private final AtomicLong max = new AtomicLong(1);

        @Override
        public List<LeafAlloc> getAllLeafAllocs() {
            return List.of(advance(0));
        }

        @Override
        public LeafAlloc updateMaxIdAndGetLeafAlloc(String tag) {
            return advance(STEP);
        }

        @Override
        public LeafAlloc updateMaxIdByCustomStepAndGetLeafAlloc(LeafAlloc wanted) {
            return advance(wanted.getStep());
        }

        @Override
        public List<String> getAllTags() {
            return List.of(TAG);
        }

        private LeafAlloc advance(int by) {
            LeafAlloc row = new LeafAlloc();
            row.setKey(TAG);
            row.setStep(STEP);
            row.setMaxId(max.addAndGet(by));
            return row;
        }
    }
}
