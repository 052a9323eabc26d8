/* Sampling: effective draws of K a second, evidence to ±0.02, and particles from n = 1 to 10⁴,
   against JAGS where they are installed. Prints "name<TAB>ratio<TAB>target<TAB>detail"
   lines: ratio = ours / a peer's where there is one, else target time / ours or ours / target. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cusp/chains.h"
#include "cusp/num_init.h"
#include "cusp/particles.h"

enum { N_OBS = 100, JAGS_DRAWS = 4000, JAGS_CHAINS = 4 };

static const char tanh_text[] =
    "param a1, b1, c1, a2, b2, c2 in [-10, 10]; input x ~ uniform(-3, 3); output y ~ "
    "normal(c1*tanh(a1*x + b1) + c2*tanh(a2*x + b2), 0.25); truth y ~ normal(tanh(x), 0.25); prior "
    "a1 ~ normal(0, 1); prior b1 ~ normal(0, 1); prior c1 ~ normal(0, 1); prior a2 ~ normal(0, 1); "
    "prior b2 ~ normal(0, 1); prior c2 ~ normal(0, 1)";

static const char relu_text[] =
    "param w[3,2] in [-8, 8]; param b[3], q[3], c in [-8, 8]; input x[2] ~ uniform(-1, 1); output "
    "y ~ normal(c + sum(i in 1..3, q[i]*relu(w[i,1]*x[1] + w[i,2]*x[2] + b[i])), 1); truth y ~ "
    "normal(relu(0.5*x[1] + 0.866*x[2] - 0.3) + relu(-x[1] - 0.3) + relu(0.5*x[1] - 0.866*x[2] - "
    "0.3), 1); prior w ~ normal(0, 1); prior b ~ normal(0, 1); prior q ~ normal(0, 1); prior c ~ "
    "normal(0, 1)";

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_sampling: %s\n", what);
    exit(1);
}

static struct model *build(const char *text)
{
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    if (model_from_text(text, NULL, 0, &diags, &model) != ST_OK)
        fail(text);
    diags_done(&diags);
    return model;
}

static struct data *draw_data(const struct model *model, size_t n)
{
    struct data *data = NULL;
    if (data_new(model, 7, n, NULL, NULL, &data) != ST_OK)
        fail("no data");
    return data;
}

/* Rank-normalised bulk effective draws of ℓ a second of wall time, warm-up included. */
static double effective_rate(const struct model *model, const struct data *data,
                             const char *sampler, char *detail, size_t size)
{
    enum { CHAINS = 64, WARMUP = 400, DRAWS = 4000 };
    struct data_rows rows;
    struct chains chains;
    if (data_reduce(model, data, data->n, &rows) != ST_OK)
        fail("no rows");
    struct target target = {.model = model, .rows = &rows, .n = (double)data->n, .beta = 1};
    struct chains_options options = {.sampler = sampler,
                                     .n_chains = CHAINS,
                                     .n_warmup = WARMUP,
                                     .n_draws = DRAWS,
                                     .threads = 2,
                                     .seed = 1};
    double begun = seconds(CLOCK_MONOTONIC);
    if (chains_run(&target, &options, NULL, &chains) != ST_OK)
        fail("no chains");
    double spent = seconds(CLOCK_MONOTONIC) - begun;
    struct mixing m = mixing_of(chains.log_lik, CHAINS, DRAWS, DRAWS, 1);
    snprintf(detail, size, "%s: %.0f effective draws of K in %.2f s, R-hat %.3f", sampler,
             m.ess_bulk, spent, m.rhat);
    chains_done(&chains);
    data_rows_done(&rows);
    return m.ess_bulk / spent;
}

static struct particles *run(const struct model *model, const struct data *data, size_t n_particles,
                             uint64_t seed)
{
    struct particles_options options = {
        .n_particles = n_particles, .n_islands = 16, .seed = seed, .threads = 2};
    struct particles *prior = NULL, *out = NULL;
    const char *why = NULL;
    if (particles_start(model, 1, &options, NULL, &why, &prior) != ST_OK ||
        particles_advance(model, data, prior, (double)data->n, 1, &options, NULL, NULL, NULL,
                          &out) != ST_OK)
        fail("no particles");
    particles_unref(prior);
    return out;
}

/* CPU time for a standard error of 0.02, from the spread of log Z over runs of some size. */
static void bench_evidence_of_data(const struct model *model, const struct data *data)
{
    enum { RUNS = 30, SIZE = 8192 };
    double sum = 0, squares = 0, said = 0, begun = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (uint64_t s = 1; s <= RUNS; s++) {
        struct particles *particles = run(model, data, SIZE, s);
        sum += particles->log_z;
        squares += particles->log_z * particles->log_z;
        said += particles->log_z_error / RUNS;
        particles_unref(particles);
    }
    double spent = (seconds(CLOCK_PROCESS_CPUTIME_ID) - begun) / RUNS;
    double spread = sqrt((squares - sum * sum / RUNS) / (RUNS - 1));
    double needed = spent * spread * spread / (0.02 * 0.02);
    printf("log evidence to ±0.02, 6-parameter tanh\t%.2f\t1\t%.2f s of CPU (wanted 2 s): ±%.3f in "
           "%.2f s, said ±%.3f\n",
           2 / needed, needed, spread, spent, said);
}

static void bench_play(void)
{
    struct model *model = build(relu_text);
    struct data *data = draw_data(model, 10000);
    struct particles_options options = {.n_particles = 1000, .seed = 1, .threads = 2};
    struct particles *now = NULL, *next = NULL;
    const char *why = NULL;
    double n[200], begun = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    size_t count = particles_ladder(10000, true, 200, n);
    if (particles_start(model, 1, &options, NULL, &why, &now) != ST_OK)
        fail("no prior");
    for (size_t i = 0; i < count; i++) {
        if (particles_advance(model, data, now, n[i], 1, &options, NULL, NULL, NULL, &next) !=
            ST_OK)
            fail("no particles");
        particles_unref(now);
        now = next;
    }
    double spent = seconds(CLOCK_MONOTONIC) - begun;
    printf("ReLU 2-3-1, 1000 particles, n = 1 to 10^4\t%.2f\t1\t%.2f s (wanted 10 s), %.2f s of "
           "CPU, %zu clouds; size for K %.0f, R-hat %.2f\n",
           10 / spent, spent, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, count, now->ess, now->rhat);
    particles_unref(now);
    data_unref(data);
    model_unref(model);
}

static bool installed(const char *command)
{
    char line[256];
    snprintf(line, sizeof line, "command -v %s >/dev/null 2>&1", command);
    return system(line) == 0;
}

static void write_jags(const struct data *data, const char *folder)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tanh.bug", folder);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        fail(path);
    fputs("model {\n for (i in 1:N) { mu[i] <- c[1]*tanh(a[1]*x[i] + b[1]) + c[2]*tanh(a[2]*x[i] + "
          "b[2])\n y[i] ~ dnorm(mu[i], 16)\n r[i] <- (y[i] - mu[i])^2 }\n for (j in 1:2) { a[j] ~ "
          "dnorm(0, 1)\n b[j] ~ dnorm(0, 1)\n c[j] ~ dnorm(0, 1) }\n k <- 8*sum(r)\n}\n",
          file);
    fclose(file);
    snprintf(path, sizeof path, "%s/data.R", folder);
    if ((file = fopen(path, "w")) == NULL)
        fail(path);
    fprintf(file, "N <- %d\n", N_OBS);
    for (int c = 0; c < 2; c++) {
        fprintf(file, "%s <- c(", c == 0 ? "x" : "y");
        for (size_t i = 0; i < N_OBS; i++)
            fprintf(file, "%s%.17g", i > 0 ? ", " : "", data->column[c][i]);
        fputs(")\n", file);
    }
    fclose(file);
    snprintf(path, sizeof path, "%s/run.cmd", folder);
    if ((file = fopen(path, "w")) == NULL)
        fail(path);
    fprintf(file,
            "model in \"tanh.bug\"\ndata in \"data.R\"\ncompile, nchains(%d)\ninitialize\nupdate "
            "1000\nmonitor k\nupdate %d\ncoda *\n",
            JAGS_CHAINS, JAGS_DRAWS);
    fclose(file);
}

/* Effective draws of K a second of JAGS on the same data; 0 if it is not there. */
static double jags_rate(const struct data *data, char *detail, size_t size)
{
    char folder[] = "/tmp/cusp-bench-XXXXXX", line[512], path[512];
    if (!installed("jags") || mkdtemp(folder) == NULL) {
        snprintf(detail, size, "JAGS is not installed");
        return 0;
    }
    write_jags(data, folder);
    snprintf(line, sizeof line, "cd %s && jags run.cmd >jags.log 2>&1", folder);
    double begun = seconds(CLOCK_MONOTONIC);
    bool ran = system(line) == 0;
    double spent = seconds(CLOCK_MONOTONIC) - begun;
    double *draws = calloc(JAGS_CHAINS * JAGS_DRAWS, sizeof *draws);
    for (int c = 0; ran && c < JAGS_CHAINS; c++) {
        snprintf(path, sizeof path, "%s/CODAchain%d.txt", folder, c + 1);
        FILE *file = fopen(path, "r");
        ran = file != NULL;
        for (int i = 0; ran && i < JAGS_DRAWS; i++)
            ran = fscanf(file, "%*d %lf", &draws[c * JAGS_DRAWS + i]) == 1;
        if (file != NULL)
            fclose(file);
    }
    snprintf(line, sizeof line, "rm -rf %s", folder);
    if (system(line) != 0)
        fprintf(stderr, "bench_sampling: %s is left behind\n", folder);
    struct mixing m = mixing_of(draws, JAGS_CHAINS, JAGS_DRAWS, JAGS_DRAWS, 1);
    free(draws);
    if (!ran) {
        snprintf(detail, size, "JAGS failed");
        return 0;
    }
    snprintf(detail, size, "JAGS: %.0f in %.2f s, R-hat %.3f", m.ess_bulk, spent, m.rhat);
    return m.ess_bulk / spent;
}

int main(void)
{
    char ours[160], theirs[160];
    num_init();
    struct model *model = build(tanh_text);
    struct data *data = draw_data(model, N_OBS);
    double rate = effective_rate(model, data, "hmc", ours, sizeof ours);
    double peer = jags_rate(data, theirs, sizeof theirs);
    printf("effective draws of K a second, 6-parameter tanh\t%.2f\t1\t%.0f/s (wanted 15000/s); "
           "%s\n",
           rate / 15000, rate, ours);
    if (peer > 0)
        printf("the same against JAGS\t%.1f\t10\t%.0f/s against %.0f/s; %s\n", rate / peer, rate,
               peer, theirs);
    else
        printf("the same against JAGS\t-\t10\t%s\n", theirs);
    rate = effective_rate(model, data, "nuts", ours, sizeof ours);
    printf("the same by the no-U-turn sampler\t%.2f\t1\t%.0f/s; %s\n", rate / 15000, rate, ours);
    bench_evidence_of_data(model, data);
    data_unref(data);
    model_unref(model);
    bench_play();
    return 0;
}
