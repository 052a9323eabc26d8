/* One parallel-for on threads that live as long as the loop. */
#include "cusp/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS_MAX = 256 };

struct loop {
    atomic_size_t next;
    size_t count;
    void (*body)(size_t i, void *context);
    void *context;
    const struct cancel *cancel;
};

static void *work(void *argument)
{
    struct loop *loop = argument;
    while (!cancel_wanted(loop->cancel)) {
        size_t i = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
        if (i >= loop->count) {
            break;
        }
        loop->body(i, loop->context);
    }
    return NULL;
}

size_t parallel_processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

void parallel_for(size_t count, size_t threads, void (*body)(size_t i, void *context),
                  void *context, const struct cancel *cancel)
{
    if (threads == 0) {
        threads = parallel_processors();
    }
    if (threads > THREADS_MAX) {
        threads = THREADS_MAX;
    }
    if (threads > count) {
        threads = count;
    }
    struct loop loop = {.count = count, .body = body, .context = context, .cancel = cancel};
    pthread_t helpers[THREADS_MAX];
    size_t n_helpers = 0;
    /* The caller works too; a thread that cannot be had is done without. */
    while (n_helpers + 1 < threads && pthread_create(&helpers[n_helpers], NULL, work, &loop) == 0) {
        n_helpers++;
    }
    work(&loop);
    for (size_t i = 0; i < n_helpers; i++) {
        pthread_join(helpers[i], NULL);
    }
}
