/* W0 of models of many parameters: projected on from many starts, looked at point by point, sorted
 * into components. */
#include "zeros_many.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/parallel.h"
#include "model_parts.h"

enum {
    STARTS = 2000,
    STARTS_MOST = 200000,
    STARTS_LEAST = 48,
    TASK = 64,        /* points handled by one task: results do not depend on threads */
    EVALUATIONS = 40, /* of one start with all that follows, about */
    EXPLORED = 4000,  /* evaluations of one exploration, about */
    BEST_ENDS = 4,    /* ends that are walked on from where there is no zero */
    SLIDES = 24,      /* steps towards the nearest zero */
    CLASSES_MOST = 4096,
};

#define WORK_MOST 6e10   /* operations for all starts */
#define EXPLORE_WORK 2e9 /* operations for all explorations */
#define POLISH_WORK 4e10 /* operations for all points */
#define NEARLY_SOLVED 1e-9
#define SAME 1e-6       /* in u: two points that are one */
#define TINY 1e-12      /* of a side: written as 0 if K agrees */
#define TIDY_SHARE 1e-6 /* of the tolerance of K: what rounding a point may cost */
#define AT_ZERO 1e-7    /* of a side: counts as 0 where points are compared in kind */

/* One zero of K, with what is known of it. */
struct found {
    double *w; /* [dim], in search.w */
    struct many_place place;
    int rank, label, region;
    uint64_t class; /* points of one class look alike: rank, label, region, coordinates that are 0
                     */
    size_t turn;    /* how many of its class were seen before */
};

struct search {
    struct many many;
    const struct zeros_options *options;
    uint64_t seed;
    size_t n, threads;
    double *w;    /* [n][dim]: starts, then where they ended */
    double *size; /* [n]: |F| there */
    double *kl;   /* [n]: K there */
    bool *vague;  /* [n]: K is flat there, and this may be off W0 */
    size_t n_polished, n_left_out;
    struct found *found;
    size_t n_found;
    size_t *explore; /* [n_explore]: indices into found */
    size_t n_explore;
    bool has_network, has_truth;
    struct network network, truth;
    struct zero_set *out;
};

/* --- projection ------------------------------------------------------------------------------- */

/* Writes 0 for 3e-17 where K is no greater for it. */
static void tidy(const struct many *many, struct many_space *space, size_t n, double *w, double *kl)
{
    size_t d = many->dim;
    double *other = mem_new(n, (d + 1) * sizeof *other), *value = other + n * d;
    memcpy(other, w, n * d * sizeof *w);
    for (size_t i = 0; i < n * d; i++)
        if (fabs(w[i]) <= TINY * many->side[i % d] && many->low[i % d] <= 0 &&
            many->high[i % d] >= 0)
            other[i] = 0;
    many_kl(many, space, n, other, value);
    for (size_t i = 0; i < n; i++)
        if (value[i] <= fmax(kl[i], TIDY_SHARE * many->model->kl_tolerance)) {
            memcpy(w + i * d, other + i * d, d * sizeof *w);
            kl[i] = value[i];
        }
    mem_free(other);
}

static void project_task(size_t task, void *context)
{
    struct search *search = context;
    const struct many *many = &search->many;
    size_t first = task * TASK, left = search->n - first, n = left < TASK ? left : TASK;
    struct many_space *space = many_space_new(many);
    double *w = search->w + first * many->dim;
    many_project(many, space, n, w, search->size + first, 0);
    for (size_t i = 0; i < n && first + i < search->n_polished; i++)
        if (search->size[first + i] <= NEARLY_SOLVED)
            search->vague[first + i] =
                !many_polish(many, space, w + i * many->dim, &search->size[first + i], 0);
    many_kl(many, space, n, w, search->kl + first);
    tidy(many, space, n, w, search->kl + first);
    many_space_free(space);
}

bool zeros_many_has_rank(const struct model *model)
{
    return model->likelihood != NULL && model->kl_node == MODEL_NO_NODE &&
           model->generator_jacobian != NULL;
}

/* --- points ----------------------------------------------------------------------------------- */

struct placed {
    double along; /* place on a line through the box: points that are one are near each other */
    size_t index;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->along != y->along)
        return x->along < y->along ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Drops points that are another one, keeping the first in order of the starts. */
static void drop_repeated(struct search *search)
{
    const struct many *many = &search->many;
    size_t n = search->n_found, d = many->dim, kept = 0;
    struct placed *placed = mem_new(n + 1, sizeof *placed);
    bool *drop = mem_new(n + 1, sizeof *drop);
    for (size_t i = 0; i < n; i++) {
        placed[i].index = i;
        for (size_t v = 0; v < d; v++)
            placed[i].along +=
                sin(1.3 + 2.1 * (double)v) * (search->found[i].w[v] - many->low[v]) / many->side[v];
    }
    qsort(placed, n, sizeof *placed, compare_placed);
    double reach = SAME * sqrt((double)d);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && placed[k].along - placed[i].along <= reach; k++) {
            size_t a = placed[i].index, b = placed[k].index, later = a > b ? a : b;
            if (!drop[a] && !drop[b] &&
                many_distance(many, search->found[a].w, search->found[b].w) <= SAME)
                drop[later] = true;
        }
    for (size_t i = 0; i < n; i++)
        if (!drop[i])
            search->found[kept++] = search->found[i];
    search->n_found = kept;
    mem_free(drop);
    mem_free(placed);
}

static void collect(struct search *search)
{
    struct program_space *space = program_space_new();
    size_t d = search->many.dim;
    search->found = mem_new(search->n + 1, sizeof *search->found);
    for (size_t i = 0; i < search->n; i++) {
        double *w = search->w + i * d;
        if (!many_is_zero(&search->many, space, w, search->size[i], search->kl[i]))
            continue;
        if (search->vague[i]) {
            search->n_left_out++;
            continue;
        }
        search->out->residual_max = fmax(search->out->residual_max, fabs(search->kl[i]));
        search->found[search->n_found++] = (struct found){.w = w, .label = -1, .region = -1};
    }
    program_space_free(space);
    drop_repeated(search);
}

static uint64_t mix(uint64_t hash, uint64_t more)
{
    return (hash ^ more) * 0x100000001b3ULL;
}

static void classify(const struct many *many, struct found *found)
{
    uint64_t hash = mix(0xcbf29ce484222325ULL, found->place.rank);
    hash = mix(mix(hash, (uint64_t)found->label + 1), (uint64_t)found->region + 1);
    for (size_t v = 0; v < many->dim; v++)
        hash = mix(hash, fabs(found->w[v]) <= AT_ZERO * many->side[v] ? v + 1 : 0);
    found->class = hash;
}

static void look_task(size_t task, void *context)
{
    struct search *search = context;
    const struct many *many = &search->many;
    const struct model *model = many->model;
    size_t d = many->dim, first = task * TASK, left = search->n_found - first;
    size_t n = left < TASK ? left : TASK;
    struct found *found = search->found + first;
    struct many_space *space = many_space_new(many);
    struct many_place *places = mem_new(n, sizeof *places);
    double *w = mem_new(n, d * (1 + d) * sizeof *w), *normal = w + n * d;
    struct rng rng = rng_stream(search->seed ^ 0x4c6f6f6bULL, task);
    for (size_t i = 0; i < n; i++)
        memcpy(w + i * d, found[i].w, d * sizeof *w);
    many_look(many, space, n, w, &rng, places);
    many_normal(many, space, n, w, normal);
    for (size_t i = 0; i < n; i++) {
        found[i].place = places[i];
        if (zeros_many_has_rank(model))
            found[i].rank = many_hessian_rank(many, normal + i * d * d);
        if (search->has_network)
            found[i].label = (int)network_label(
                model, &search->network, search->has_truth ? &search->truth : NULL, found[i].w);
        classify(many, &found[i]);
    }
    mem_free(w);
    mem_free(places);
    many_space_free(space);
}

/* --- exploring ----------------------------------------------------------------------------------
 */

struct turn {
    size_t turn, index;
};

static int compare_turns(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

struct class_count {
    uint64_t class;
    size_t n;
};

static struct class_count *class_of(struct class_count *table, uint64_t class)
{
    size_t i = (size_t)(class % CLASSES_MOST);
    for (size_t k = 0; k + 1 < CLASSES_MOST && table[i].n > 0 && table[i].class != class; k++)
        i = (i + 1) % CLASSES_MOST;
    table[i].class = class;
    return &table[i];
}

static void explore_task(size_t task, void *context)
{
    struct search *search = context;
    struct found *found = &search->found[search->explore[task]];
    struct rng rng = rng_stream(search->seed ^ 0x4578706cULL, search->explore[task]);
    struct many many;
    /* Where units of its own switch, W0 of a network is told from what lies between two rows. */
    many_init_network(&many, search->many.model, search->has_network ? &search->network : NULL,
                      search->has_truth ? &search->truth : NULL, found->w, search->many.cancel);
    struct many_space *space = many_space_new(&many);
    many_explore(&many, space, found->w, &rng, &found->place);
    many_space_free(space);
    many_done(&many);
}

static bool is_sure(const struct found *found)
{
    return found->place.settled && !found->place.guessed;
}

/* The greatest dimension that a third of the explored points of its class have: a piece of W0 is
   missed by moves more often than invented. */
static bool take_after_class(const struct search *search, struct found *found)
{
    size_t like = 0;
    struct many_place own = found->place;
    bool any = false;
    found->place.singular = true;
    for (size_t i = 0; i < search->n_explore; i++)
        like += search->found[search->explore[i]].class == found->class &&
                is_sure(&search->found[search->explore[i]]);
    for (size_t i = 0; i < search->n_explore; i++) {
        const struct found *one = &search->found[search->explore[i]];
        size_t votes = 0;
        if (one->class != found->class || !is_sure(one) ||
            (any && one->place.dimension <= found->place.dimension))
            continue;
        for (size_t k = 0; k < search->n_explore; k++) {
            const struct found *other = &search->found[search->explore[k]];
            votes += other->class == one->class && is_sure(other) &&
                     other->place.dimension == one->place.dimension;
        }
        if (3 * votes >= like) {
            found->place = one->place;
            any = true;
        }
    }
    if (any)
        found->place.rank = own.rank;
    else
        found->place = own;
    return any;
}

/* Points whose dimension no move could tell, nor those like them, keep a guess that agrees with one
   that is sure; the others are dropped. */
static void drop_unsure(struct search *search, const bool *sure)
{
    bool is_known[SYNTAX_MAX_PARAMS + 1] = {false}, any = false;
    size_t kept = 0;
    for (size_t i = 0; i < search->n_found; i++)
        if (sure[i])
            any = is_known[search->found[i].place.dimension] = true;
    for (size_t i = 0; i < search->n_found; i++) {
        if (sure[i] || !any || is_known[search->found[i].place.dimension])
            search->found[kept++] = search->found[i];
        else
            search->n_left_out++;
    }
    search->n_found = kept;
}

/* Explores points that a look did not settle, first of every class, as far as the budget goes. */
static void settle(struct search *search)
{
    size_t n = 0, most = (size_t)fmax(8, EXPLORE_WORK / (EXPLORED * search->many.cost));
    struct class_count *table = mem_new(CLASSES_MOST, sizeof *table);
    struct turn *turns = mem_new(search->n_found + 1, sizeof *turns);
    for (size_t i = 0; i < search->n_found; i++)
        if (!search->found[i].place.settled) {
            struct class_count *class = class_of(table, search->found[i].class);
            turns[n++] = (struct turn){class->n++, i};
        }
    qsort(turns, n, sizeof *turns, compare_turns);
    search->explore = mem_new(n + 1, sizeof *search->explore);
    for (size_t i = 0; i < n && i < most; i++) {
        search->explore[search->n_explore++] = turns[i].index;
    }
    parallel_for(search->n_explore, search->threads, explore_task, search, search->many.cancel);
    bool *sure = mem_new(search->n_found + 1, sizeof *sure);
    for (size_t i = 0; i < search->n_found; i++)
        sure[i] = is_sure(&search->found[i]);
    for (size_t i = 0; i < n; i++)
        if (!sure[turns[i].index])
            sure[turns[i].index] = take_after_class(search, &search->found[turns[i].index]);
    drop_unsure(search, sure);
    mem_free(sure);
    mem_free(turns);
    mem_free(table);
}

/* --- components ---------------------------------------------------------------------------------
 */

static void find_regions(struct search *search)
{
    const struct model *model = search->many.model;
    if (model->region_tests == NULL)
        return;
    struct program_space *space = program_space_new();
    double *inside = mem_new(model->n_regions, sizeof *inside);
    for (size_t i = 0; i < search->n_found; i++) {
        program_point(model->region_tests, space, search->found[i].w, inside);
        for (size_t r = model->n_regions; r-- > 0;)
            if (inside[r] != 0)
                search->found[i].region = (int)r;
    }
    mem_free(inside);
    program_space_free(space);
}

/* Greatest dimension first, then by label, else by region. */
static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->place.dimension != y->place.dimension)
        return x->place.dimension > y->place.dimension ? -1 : 1;
    if (x->label != y->label)
        return x->label < y->label ? -1 : 1;
    if (x->label < 0 && x->region != y->region)
        return x->region < y->region ? -1 : 1;
    return x->w < y->w ? -1 : x->w > y->w;
}

static bool same_component(const struct found *a, const struct found *b)
{
    return a->place.dimension > 0 && a->place.dimension == b->place.dimension &&
           a->label == b->label && (a->label >= 0 || a->region == b->region);
}

static void deliver(struct search *search)
{
    struct zero_set *out = search->out;
    size_t d = search->many.dim, n_all = search->n_found;
    qsort(search->found, n_all, sizeof *search->found, compare_found);
    out->components = mem_new(n_all + 1, sizeof *out->components);
    for (size_t first = 0, next; first < n_all; first = next) {
        const struct found *from = search->found + first;
        for (next = first + 1; next < n_all && same_component(from, search->found + next);)
            next++;
        size_t n = next - first;
        struct zero_component *c = &out->components[out->n_components++];
        *c = (struct zero_component){.dimension = from->place.dimension,
                                     .n_points = n,
                                     .points = mem_new(n, d * sizeof *c->points),
                                     .rank = mem_new(n, sizeof *c->rank),
                                     .singular = mem_new(n, sizeof *c->singular),
                                     .region = mem_new(n, sizeof *c->region),
                                     .label = from->label};
        for (size_t i = 0; i < n; i++) {
            memcpy(c->points + i * d, from[i].w, d * sizeof *c->points);
            c->rank[i] = from[i].rank;
            c->singular[i] = from[i].place.singular;
            c->region[i] = from[i].region;
        }
    }
    out->has_zero = n_all > 0;
}

/* --- no zero ------------------------------------------------------------------------------------
 */

static void find_least(struct search *search)
{
    const struct model *model = search->many.model;
    struct zero_set *out = search->out;
    size_t d = search->many.dim;
    struct program_space *space = program_space_new();
    out->kl_min = INFINITY;
    for (int k = 0; k <= BEST_ENDS; k++) {
        double w[SYNTAX_MAX_PARAMS];
        size_t best = SIZE_MAX;
        for (size_t i = 0; k < BEST_ENDS && i < search->n; i++)
            if (isfinite(search->kl[i]) && (best == SIZE_MAX || search->kl[i] < search->kl[best]))
                best = i;
        if (best == SIZE_MAX && k < BEST_ENDS)
            continue;
        memcpy(w, k < BEST_ENDS ? search->w + best * d : model->kl_min_at, d * sizeof *w);
        if (k < BEST_ENDS)
            search->kl[best] = INFINITY;
        double kl = descend(model, space, model->kl_tolerance, w);
        if (kl < out->kl_min) {
            out->kl_min = kl;
            memcpy(out->kl_min_at, w, d * sizeof *w);
        }
    }
    program_space_free(space);
}

/* --- all of it ----------------------------------------------------------------------------------
 */

static void search_init(struct search *search, const struct model *model,
                        const struct zeros_options *options, const struct cancel *cancel,
                        struct zero_set *out)
{
    *search = (struct search){.options = options, .seed = 1, .out = out, .n = STARTS};
    search->has_network = network_of(model, &search->network);
    search->has_truth = search->has_network && network_of_truth(model, &search->truth);
    many_init_network(&search->many, model, search->has_network ? &search->network : NULL,
                      search->has_truth ? &search->truth : NULL, NULL, cancel);
    if (options != NULL) {
        size_t n = options->n_starts ? options->n_starts : options->n_points;
        search->n = n == 0 ? STARTS : n < STARTS_MOST ? n : STARTS_MOST;
        search->seed = options->seed;
        search->threads = options->threads;
    }
    double most = WORK_MOST / (EVALUATIONS * search->many.cost);
    if ((double)search->n > fmax(most, STARTS_LEAST)) {
        search->n = (size_t)fmax(most, STARTS_LEAST);
        out->why = "fewer starts than asked for were projected, since K is costly";
        out->complete = false;
    }
    search->w = mem_new(search->n, model->dim * sizeof *search->w);
    search->size = mem_new(search->n, sizeof *search->size);
    search->kl = mem_new(search->n, sizeof *search->kl);
    search->vague = mem_new(search->n, sizeof *search->vague);
    search->n_polished = (size_t)(POLISH_WORK / many_polish_cost(&search->many));
}

static void search_done(struct search *search)
{
    if (search->has_network)
        network_done(&search->network);
    if (search->has_truth)
        network_done(&search->truth);
    mem_free(search->w);
    mem_free(search->size);
    mem_free(search->kl);
    mem_free(search->vague);
    mem_free(search->found);
    mem_free(search->explore);
    many_done(&search->many);
}

enum status zeros_many(const struct model *model, const struct zeros_options *options,
                       const struct cancel *cancel, struct zero_set *out)
{
    struct search search;
    *out = (struct zero_set){
        .dim = model->dim, .kl_scale = model->kl_scale, .why = "", .complete = true};
    search_init(&search, model, options, cancel, out);
    many_starts(&search.many, search.has_network ? &search.network : NULL,
                search.has_truth ? &search.truth : NULL, search.seed, search.n, search.w);
    parallel_for((search.n + TASK - 1) / TASK, search.threads, project_task, &search, cancel);
    enum status status = cancel_wanted(cancel) ? ST_CANCELLED : ST_OK;
    if (status == ST_OK) {
        collect(&search);
        find_regions(&search);
        parallel_for((search.n_found + TASK - 1) / TASK, search.threads, look_task, &search,
                     cancel);
        settle(&search);
        status = cancel_wanted(cancel) ? ST_CANCELLED : ST_OK;
    }
    if (status == ST_OK && search.n_left_out > 0) {
        out->complete = false;
        out->why = "points where K is too flat to tell what W0 is like there were left out";
    }
    if (status == ST_OK && search.n_found > 0)
        deliver(&search);
    else if (status == ST_OK)
        find_least(&search);
    search_done(&search);
    return status;
}
