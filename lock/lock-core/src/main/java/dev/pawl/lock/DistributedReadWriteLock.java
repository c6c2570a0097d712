package dev.pawl.lock;

/**
 * Two locks over one resource: one writer, or any number of readers. Who comes first is granted first, so that a stream of
 * readers does not keep a writer out. A reader's token lets a guard tell it from writers that came after. Immutable and
 * thread-safe. There is no upgrade from reader to writer: who holds one and wants the other waits for himself.
 *
 * @param readLock held by readers
 * @param writeLock held by one writer
 */
public record DistributedReadWriteLock(DistributedLock readLock, DistributedLock writeLock) {}
