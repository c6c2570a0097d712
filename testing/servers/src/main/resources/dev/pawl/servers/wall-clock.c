/*
 * Preloaded into a server: its wall clock is off by what a file says, eight bytes, nanoseconds; its monotonic clock is
 * left alone. libfaketime does the same, but a server with jemalloc hangs with it, since it allocates in its first reading.
 * Without headers, so that a compiler without a C library's development files is enough.
 */
struct timespec { long tv_sec, tv_nsec; };
struct timeval { long tv_sec, tv_usec; };

extern long syscall(long number, ...);
extern char *getenv(const char *name);
extern int open(const char *path, int flags, ...);
extern void *mmap(void *at, unsigned long length, int protection, int flags, int file, long offset);

#if defined(__x86_64__)
#define SYS_CLOCK_GETTIME 228
#elif defined(__aarch64__)
#define SYS_CLOCK_GETTIME 113
#endif
#define BILLION 1000000000L

static volatile long *shift;

__attribute__((constructor)) static void map_shift(void) {
  char *path = getenv("PAWL_CLOCK");
  int file = path ? open(path, 0) : -1;
  void *mapped = file >= 0 ? mmap(0, 8, 1, 1, file, 0) : (void *)-1;
  if (mapped != (void *)-1) {
    shift = mapped;
  }
}

int clock_gettime(int clock, struct timespec *now) {
  long result = syscall(SYS_CLOCK_GETTIME, (long)clock, now);
  /* 0 and 5: CLOCK_REALTIME and its coarse sister. */
  if (result == 0 && (clock == 0 || clock == 5) && shift) {
    long nanos = now->tv_nsec + *shift % BILLION;
    now->tv_sec += *shift / BILLION + (nanos >= BILLION) - (nanos < 0);
    now->tv_nsec = nanos + (nanos < 0) * BILLION - (nanos >= BILLION) * BILLION;
  }
  return (int)result;
}

int gettimeofday(struct timeval *now, void *zone) {
  struct timespec at;
  int result = clock_gettime(0, &at);
  now->tv_sec = at.tv_sec;
  now->tv_usec = at.tv_nsec / 1000;
  return result;
}

long time(long *store) {
  struct timespec at;
  clock_gettime(0, &at);
  if (store) {
    *store = at.tv_sec;
  }
  return at.tv_sec;
}
