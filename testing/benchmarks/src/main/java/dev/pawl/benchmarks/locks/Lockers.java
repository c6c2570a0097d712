package dev.pawl.benchmarks.locks;

/** Makes the lockers that are measured, each with a client of its own and that client's defaults. */
enum Lockers {
    /** The bare commands: SET NX PX, and a script that compares and deletes. It cannot wait. */
    RAW(Store.REDIS, "raw commands (Lettuce)", RedisLockers::raw),
    PAWL(Store.REDIS, "Pawl (Lettuce)", RedisLockers::pawl),
    PAWL_REDISSON(Store.REDIS, "Pawl (Redisson)", RedisLockers::pawlRedisson),
    RLOCK(Store.REDIS, "Redisson RLock", RedisLockers::rlock),
    RFENCED(Store.REDIS, "Redisson RFencedLock", RedisLockers::rfenced),
    SPRING(Store.REDIS, "Spring Integration RedisLockRegistry", RedisLockers::spring),

    /** The bare commands on three servers at once, awaited on all three. */
    RAW_THREE(Store.REDLOCK, "raw commands (Lettuce) on three", RedLockLockers::raw),
    PAWL_REDLOCK(Store.REDLOCK, "Pawl RedLock (Lettuce)", RedLockLockers::pawl),
    REDISSON_REDLOCK(Store.REDLOCK, "Redisson RedissonRedLock", RedLockLockers::redisson),

    /** An ephemeral sequential node that is made and deleted. It looks at nobody in front of it. */
    RAW_ZOOKEEPER(Store.ZOOKEEPER, "raw create and delete", ZooKeeperLockers::raw),
    PAWL_ZOOKEEPER(Store.ZOOKEEPER, "Pawl", ZooKeeperLockers::pawl),
    CURATOR(Store.ZOOKEEPER, "Curator InterProcessMutex", ZooKeeperLockers::curator),

    /** A key that is put and deleted, without a lease and whoever has it. */
    RAW_ETCD(Store.ETCD, "raw put and delete", EtcdLockers::raw),
    PAWL_ETCD(Store.ETCD, "Pawl", EtcdLockers::pawl),
    JETCD(Store.ETCD, "jetcd Lock, a lease each", EtcdLockers::jetcd),

    /** Two conditional updates of one row, each committed. */
    RAW_SQL(Store.SQL, "raw updates", SqlLockers::raw),
    PAWL_SQL(Store.SQL, "Pawl", SqlLockers::pawl),
    SHEDLOCK(Store.SQL, "ShedLock JdbcTemplateLockProvider", SqlLockers::shedLock);

    final Store store;
    final String label;
    private final Opening opening;

    Lockers(Store store, String label, Opening opening) {
        this.store = store;
        this.label = label;
        this.opening = opening;
    }

    private interface Opening {
        Locker open(String address) throws Exception;
    }

    /** Connects to the servers of the store on this machine. */
    Locker open(String address) throws Exception {
        return opening.open(address);
    }
}
