package dev.pawl.lock.etcd;

import static dev.pawl.etcd.EtcdKeys.bytes;
import static dev.pawl.etcd.EtcdKeys.end;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import java.util.List;

/** The parts that transactions are made of. */
final class Requests {

    private Requests() {}

    static Compare isAbsent(String key) {
        return created(key, 0);
    }

    static Compare created(String key, long revision) {
        return Compare.newBuilder()
                .setKey(bytes(key))
                .setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.EQUAL)
                .setCreateRevision(revision)
                .build();
    }

    static Compare modified(String key, long revision) {
        return Compare.newBuilder()
                .setKey(bytes(key))
                .setTarget(Compare.CompareTarget.MOD)
                .setResult(Compare.CompareResult.EQUAL)
                .setModRevision(revision)
                .build();
    }

    /** Holds if the key is this attempt's: its value lies between the first that begin with its id, and the first behind these. */
    static List<Compare> isOf(String key, String attempt) {
        ByteString start = bytes(Entry.start(attempt));
        ByteString end = end(Entry.start(attempt));
        return List.of(value(key, Compare.CompareResult.GREATER, start), value(key, Compare.CompareResult.LESS, end));
    }

    static Compare hasValue(String key, ByteString value) {
        return value(key, Compare.CompareResult.EQUAL, value);
    }

    private static Compare value(String key, Compare.CompareResult result, ByteString value) {
        return Compare.newBuilder()
                .setKey(bytes(key))
                .setTarget(Compare.CompareTarget.VALUE)
                .setResult(result)
                .setValue(value)
                .build();
    }

    /** Holds if no key begins so: an empty range compares as a key that was never made. */
    static Compare isEmpty(String prefix) {
        return Compare.newBuilder()
                .setKey(bytes(prefix))
                .setRangeEnd(end(prefix))
                .setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.EQUAL)
                .setCreateRevision(0)
                .build();
    }

    /** Holds if some key begins so, and none of these was made before the revision. */
    static Compare noneBefore(String prefix, long revision) {
        return Compare.newBuilder()
                .setKey(bytes(prefix))
                .setRangeEnd(end(prefix))
                .setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.GREATER)
                .setCreateRevision(revision - 1)
                .build();
    }

    static RequestOp put(String key, ByteString value, long lease) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder()
                        .setKey(bytes(key))
                        .setValue(value)
                        .setLease(lease))
                .build();
    }

    /** Writes a key that exists, and leaves it on its lease. */
    static RequestOp rewrite(String key, ByteString value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder()
                        .setKey(bytes(key))
                        .setValue(value)
                        .setIgnoreLease(true))
                .build();
    }

    static RequestOp get(String key) {
        return range(RangeRequest.newBuilder().setKey(bytes(key)));
    }

    private static RequestOp range(RangeRequest.Builder request) {
        return RequestOp.newBuilder().setRequestRange(request).build();
    }

    static RequestOp delete(String key) {
        return RequestOp.newBuilder()
                .setRequestDeleteRange(
                        DeleteRangeRequest.newBuilder().setKey(bytes(key)).setPrevKv(true))
                .build();
    }

    /** The newest keys that begin so, made at a revision or before; 0 for any. */
    static RequestOp newest(String prefix, long atMost, int limit) {
        return range(RangeRequest.newBuilder()
                .setKey(bytes(prefix))
                .setRangeEnd(end(prefix))
                .setKeysOnly(true)
                .setMaxCreateRevision(atMost)
                .setSortTarget(RangeRequest.SortTarget.CREATE)
                .setSortOrder(RangeRequest.SortOrder.DESCEND)
                .setLimit(limit));
    }

    static TxnRequest txn(List<Compare> compares, List<RequestOp> then, List<RequestOp> otherwise) {
        return TxnRequest.newBuilder()
                .addAllCompare(compares)
                .addAllSuccess(then)
                .addAllFailure(otherwise)
                .build();
    }

    static RequestOp nested(TxnRequest txn) {
        return RequestOp.newBuilder().setRequestTxn(txn).build();
    }
}
