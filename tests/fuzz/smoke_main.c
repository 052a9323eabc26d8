/* Runs a fuzz target without libFuzzer: its seeds, then many changes of them, the same each time.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_MAX = 4096, SEEDS_MAX = 256, CHANGES_MAX = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

struct input {
    size_t size;
    uint8_t bytes[INPUT_MAX];
};

static struct input seeds[SEEDS_MAX];
static size_t n_seeds;
static uint64_t state = 0x9e3779b97f4a7c15;

/* A number below bound (xorshift64*, Vigna 2016). */
static size_t pick(size_t bound)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)((state * 0x2545f4914f6cdd1d) >> 33) % bound;
}

static void read_seed(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || n_seeds == SEEDS_MAX) {
        fprintf(stderr, "%s: not a seed\n", path);
        exit(2);
    }
    struct input *seed = &seeds[n_seeds++];
    seed->size = fread(seed->bytes, 1, INPUT_MAX, file);
    fclose(file);
}

static void cut_out(struct input *input)
{
    size_t from = pick(input->size), length = pick(input->size - from) + 1;
    memmove(input->bytes + from, input->bytes + from + length, input->size - from - length);
    input->size -= length;
}

/* Puts a piece of some seed in, or doubles a piece of its own. */
static void put_in(struct input *input)
{
    const struct input *from = pick(4) == 0 ? input : &seeds[pick(n_seeds)];
    if (from->size == 0)
        return;
    uint8_t piece[INPUT_MAX];
    size_t start = pick(from->size), length = pick(from->size - start) + 1;
    if (length > INPUT_MAX - input->size)
        length = INPUT_MAX - input->size;
    memcpy(piece, from->bytes + start, length);
    size_t at = pick(input->size + 1);
    memmove(input->bytes + at + length, input->bytes + at, input->size - at);
    memcpy(input->bytes + at, piece, length);
    input->size += length;
}

static void change(struct input *input)
{
    static const uint8_t telling[] = "\0\x1b\xff\x80\t\n\r\x7f()[]{}\"#^*/-+,;:=~0123456789e.";
    switch (input->size == 0 ? 3 : pick(5)) {
    case 0:
        input->bytes[pick(input->size)] ^= (uint8_t)(1u << pick(8));
        break;
    case 1:
        input->bytes[pick(input->size)] = telling[pick(sizeof telling - 1)];
        break;
    case 2:
        cut_out(input);
        break;
    default:
        put_in(input);
        break;
    }
}

/* The input that runs now stays in a file, so that a crash leaves it behind. */
static struct input *shared_input(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    void *memory = MAP_FAILED;
    if (fd >= 0 && ftruncate(fd, sizeof(struct input)) == 0)
        memory = mmap(NULL, sizeof(struct input), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        perror(path);
        exit(2);
    }
    close(fd);
    return memory;
}

static void run(const struct input *input)
{
    /* exactly as long as the input, so that a sanitizer sees what is read past its end */
    uint8_t *copy = malloc(input->size ? input->size : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, input->bytes, input->size);
    LLVMFuzzerTestOneInput(copy, input->size);
    free(copy);
}

/* fuzz_x RUNS SECONDS LAST SEED…: stops after so many inputs or so long; LAST keeps the last one.
 */
int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: %s RUNS SECONDS LAST SEED...\n", argv[0]);
        return 2;
    }
    size_t runs = strtoull(argv[1], NULL, 10);
    double seconds = strtod(argv[2], NULL);
    for (int i = 4; i < argc; i++)
        read_seed(argv[i]);
    struct input *input = shared_input(argv[3]);
    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    size_t done = 0;
    struct timespec begun, now;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    for (; done < runs || done < n_seeds; done++) {
        *input = seeds[done < n_seeds ? done : pick(n_seeds)];
        for (size_t i = done < n_seeds ? 0 : pick(CHANGES_MAX) + 1; i > 0; i--)
            change(input);
        run(input);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (done >= n_seeds && difftime(now.tv_sec, begun.tv_sec) > seconds)
            break;
    }
    fprintf(stderr, "%zu inputs, %zu of them seeds\n", done, n_seeds);
    return 0;
}
