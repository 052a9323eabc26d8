/* The queue of background jobs: order, waiting, cancelling, ending; with threads and without. */
#include "tap.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/session/jobs.h"

struct task {
    struct job job;
    int number, result;
    atomic_int *order;
    int at; /* when it ran among the others */
    atomic_bool *gate;
};

static void square(struct job *job)
{
    struct task *task = (struct task *)job;
    task->result = task->number * task->number;
    task->at = task->order ? atomic_fetch_add(task->order, 1) : 0;
}

static void nap(void)
{
    struct timespec moment = {0, 1000000};
    nanosleep(&moment, NULL);
}

static void wait_for_gate(struct job *job)
{
    struct task *task = (struct task *)job;
    while (!atomic_load(task->gate) && !cancel_wanted(&job->cancel)) {
        nap();
    }
    square(job);
}

static struct task make(int number, int priority, atomic_int *order)
{
    struct task task = {.number = number, .order = order};
    task.job.priority = priority;
    task.job.run = square;
    return task;
}

static void never(struct job *job)
{
    (void)job;
    fail();
}

static void count_drop(struct job *job)
{
    ((struct task *)job)->result = -1;
}

static bool readable(int fd)
{
    struct pollfd poller = {fd, POLLIN, 0};
    return poll(&poller, 1, 0) == 1;
}

static void test_without_threads_in_order_of_priority(void **state)
{
    (void)state;
    atomic_int order = 0;
    struct jobs *jobs = jobs_new(0);
    struct task tasks[4] = {make(3, 2, &order), make(5, 0, &order), make(7, 1, &order),
                            make(11, 0, &order)};
    for (int i = 0; i < 4; i++) {
        jobs_add(jobs, &tasks[i].job);
    }
    assert_int_equal(jobs_busy(jobs), 4);
    assert_null(jobs_take(jobs));
    while (jobs_wait(jobs, -1)) {
        assert_true(readable(jobs_fd(jobs)));
        assert_non_null(jobs_take(jobs));
    }
    assert_int_equal(jobs_busy(jobs), 0);
    assert_false(readable(jobs_fd(jobs)));
    assert_int_equal(tasks[1].at, 0);
    assert_int_equal(tasks[3].at, 1);
    assert_int_equal(tasks[2].at, 2);
    assert_int_equal(tasks[0].at, 3);
    assert_int_equal(tasks[2].result, 49);
    jobs_free(jobs, never);
}

static void test_with_threads_every_job_once(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    static struct task tasks[COUNT];
    atomic_int order = 0;
    struct jobs *jobs = jobs_new(2);
    for (int i = 0; i < COUNT; i++) {
        tasks[i] = make(i, i % 3, &order);
        jobs_add(jobs, &tasks[i].job);
    }
    int taken = 0;
    while (jobs_busy(jobs) > 0) {
        assert_true(jobs_wait(jobs, 10000));
        struct job *job;
        while ((job = jobs_take(jobs)) != NULL) {
            assert_true(job->ran);
            taken++;
        }
    }
    assert_int_equal(taken, COUNT);
    assert_int_equal(atomic_load(&order), COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(tasks[i].result, i * i);
    }
    jobs_free(jobs, never);
}

static void test_cancelled_before_it_began_does_not_run(void **state)
{
    (void)state;
    atomic_uint generation = 7;
    struct jobs *jobs = jobs_new(0);
    struct task task = make(13, 0, NULL);
    task.job.cancel = (struct cancel){&generation, 7};
    jobs_add(jobs, &task.job);
    atomic_fetch_add(&generation, 1);
    assert_true(jobs_wait(jobs, -1));
    struct job *job = jobs_take(jobs);
    assert_ptr_equal(job, &task.job);
    assert_false(job->ran);
    assert_int_equal(task.result, 0);
    jobs_free(jobs, never);
}

static void test_remove_only_what_has_not_begun(void **state)
{
    (void)state;
    atomic_bool gate = false;
    atomic_uint generation = 1;
    struct jobs *jobs = jobs_new(1);
    struct task first = make(3, 0, NULL), second = make(5, 0, NULL);
    first.job.run = wait_for_gate;
    first.gate = &gate;
    first.job.cancel = (struct cancel){&generation, 1};
    jobs_add(jobs, &first.job);
    while (jobs_remove(jobs, &first.job)) { /* the worker has not come yet */
        jobs_add(jobs, &first.job);
        nap();
    }
    jobs_add(jobs, &second.job);
    assert_false(jobs_wait(jobs, 5)); /* the gate is shut */
    assert_true(jobs_remove(jobs, &second.job));
    assert_int_equal(jobs_busy(jobs), 1);
    atomic_store(&gate, true);
    assert_true(jobs_wait(jobs, 10000));
    assert_ptr_equal(jobs_take(jobs), &first.job);
    assert_int_equal(first.result, 9);
    assert_int_equal(second.result, 0);
    jobs_free(jobs, never);
}

static void test_what_is_long_leaves_room_for_what_is_quick(void **state)
{
    (void)state;
    atomic_bool gate = false;
    struct jobs *jobs = jobs_new(LANES);
    struct task tasks[4];
    for (int i = 0; i < 4; i++) { /* the last is quick and comes last */
        tasks[i] = make(i + 2, i, NULL);
        tasks[i].job.lane = i < 3 ? LANE_LONG : LANE_QUICK;
        tasks[i].job.run = i < 3 ? wait_for_gate : square;
        tasks[i].gate = &gate;
        jobs_add(jobs, &tasks[i].job);
    }
    assert_true(jobs_wait(jobs, 10000));
    assert_ptr_equal(jobs_take(jobs), &tasks[3].job);
    while (jobs_remove(jobs, &tasks[0].job)) { /* the worker has not come yet */
        jobs_add(jobs, &tasks[0].job);
        nap();
    }
    assert_true(jobs_remove(jobs, &tasks[2].job)); /* one of them at a time */
    assert_true(jobs_remove(jobs, &tasks[1].job));
    jobs_add(jobs, &tasks[1].job);
    atomic_store(&gate, true);
    for (int i = 0; i < 2; i++) {
        assert_true(jobs_wait(jobs, 10000));
        assert_ptr_equal(jobs_take(jobs), &tasks[i].job);
    }
    assert_int_equal(jobs_busy(jobs), 0);
    jobs_free(jobs, never);
}

static void test_free_cancels_and_drops(void **state)
{
    (void)state;
    atomic_bool gate = false;
    atomic_uint generation = 1;
    struct jobs *jobs = jobs_new(1);
    struct task first = make(3, 0, NULL), second = make(5, 0, NULL);
    first.job.run = wait_for_gate;
    first.gate = &gate;
    first.job.cancel = (struct cancel){&generation, 1};
    second.job.cancel = first.job.cancel;
    jobs_add(jobs, &first.job);
    jobs_add(jobs, &second.job);
    atomic_fetch_add(&generation, 1);
    jobs_free(jobs, count_drop);
    assert_int_equal(first.result, -1);
    assert_int_equal(second.result, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_threads_in_order_of_priority),
        cmocka_unit_test(test_with_threads_every_job_once),
        cmocka_unit_test(test_cancelled_before_it_began_does_not_run),
        cmocka_unit_test(test_remove_only_what_has_not_begun),
        cmocka_unit_test(test_what_is_long_leaves_room_for_what_is_quick),
        cmocka_unit_test(test_free_cancels_and_drops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
