/*
 * What a program in C does to have images on the disk before it says so: each is written to a temporary file and synced
 * (fdatasync), then linked to its name, and the directory is synced at the end of a batch; several threads, for a file
 * system syncs many in about the time of one. With "none" nothing is synced. durable.ts compiles and measures it.
 *
 *     durable <directory> <images> <bytes> <threads> <sync|none>
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *directory;
static int images, syncs;
static long bytes;
static char *memory;
static atomic_int next_image;

static void fail(const char *what) { perror(what); exit(1); }

static void *work(void *unused) {
  (void)unused;
  for (int i; (i = atomic_fetch_add(&next_image, 1)) < images;) {
    char temporary[4096], name[4096];
    snprintf(temporary, sizeof temporary, "%s/.part-%d", directory, i);
    snprintf(name, sizeof name, "%s/%d.gif", directory, i);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (fd < 0) fail("open");
    for (long done = 0; done < bytes;) {
      long most = bytes - done < 262144 ? bytes - done : 262144;
      ssize_t n = write(fd, memory, most);
      if (n < 0) fail("write");
      done += n;
    }
    if (syncs && fdatasync(fd) < 0) fail("fdatasync");
    if (close(fd) < 0 || link(temporary, name) < 0 || unlink(temporary) < 0) fail("name");
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  directory = argv[1];
  images = atoi(argv[2]);
  bytes = atol(argv[3]);
  int threads = atoi(argv[4]);
  syncs = strcmp(argv[5], "sync") == 0;
  memory = malloc(262144);
  memset(memory, 7, 262144);
  struct timespec began, ended;
  clock_gettime(CLOCK_MONOTONIC, &began);
  pthread_t *running = calloc(threads, sizeof *running);
  for (int i = 0; i < threads; i++) pthread_create(&running[i], NULL, work, NULL);
  for (int i = 0; i < threads; i++) pthread_join(running[i], NULL);
  if (syncs) {
    int fd = open(directory, O_RDONLY | O_DIRECTORY);
    if (fd < 0 || fsync(fd) < 0) fail("fsync");
  }
  clock_gettime(CLOCK_MONOTONIC, &ended);
  printf("seconds %f\n", (ended.tv_sec - began.tv_sec) + (ended.tv_nsec - began.tv_nsec) / 1e9);
}
