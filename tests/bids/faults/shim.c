/* Stands between a process and its machine: a skewed wall clock, slow or failing fsync.
 *
 * Loaded with LD_PRELOAD. MUHR_SHIM names a file of struct control, mapped by every process of a
 * run, so that a test changes what they meet while they run. CLOCK_MONOTONIC, CLOCK_BOOTTIME and
 * sleeping are left alone: a wrong wall clock changes neither.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
  int64_t skew_seconds;      /* added to the wall clock */
  int64_t delay_us;          /* each sync takes this much longer */
  int64_t fail_from;         /* the first sync that fails, counted from 1; 0 for none */
  int64_t fail_count;        /* how many fail from there on */
  int64_t syncs;             /* how many matching syncs were asked for */
  int64_t failed;            /* how many of them failed */
  char pattern[256];         /* which files are meant, as fnmatch(3) reads it; empty for all */
};

static struct control *control;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("MUHR_SHIM");
  int descriptor = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (descriptor < 0) return;
  void *found = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (found != MAP_FAILED) control = found;
}

static int64_t skew(void) {
  return control ? __atomic_load_n(&control->skew_seconds, __ATOMIC_RELAXED) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int answer = real(clock, at);
  if (answer == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    at->tv_sec += skew();
  return answer;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  static int (*real)(struct timeval *, void *);
  if (!real) real = (int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday");
  int answer = real(at, zone);
  if (answer == 0) at->tv_sec += skew();
  return answer;
}

time_t time(time_t *kept) {
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  if (kept) *kept = at.tv_sec;
  return at.tv_sec;
}

static int is_meant(int descriptor) {
  char name[64], path[4096];
  if (!control->pattern[0]) return 1;
  snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(name, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fnmatch(control->pattern, path, 0) == 0;
}

/* Returns whether this sync fails; waits as long as it is told to. */
static int meets_fault(int descriptor) {
  if (!control || !is_meant(descriptor)) return 0;
  int64_t number = __atomic_add_fetch(&control->syncs, 1, __ATOMIC_SEQ_CST);
  if (control->delay_us > 0) {
    struct timespec wait = {control->delay_us / 1000000, control->delay_us % 1000000 * 1000};
    while (nanosleep(&wait, &wait) && errno == EINTR) continue;
  }
  if (!control->fail_from || number < control->fail_from ||
      number >= control->fail_from + control->fail_count)
    return 0;
  __atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
  return 1;
}

int fsync(int descriptor) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  if (!meets_fault(descriptor)) return real(descriptor);
  errno = EIO;
  return -1;
}

int fdatasync(int descriptor) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  if (!meets_fault(descriptor)) return real(descriptor);
  errno = EIO;
  return -1;
}
