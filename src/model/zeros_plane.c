/* W0 in the plane: covers every system, finds the nodes, traces the branches between them. */
#include "zeros_plane.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    COVER_LEVEL = 8,    /* cells of 1/256 of the box */
    COVER_CELLS = 6000, /* open cells of one system */
    MINORS_MOST = 12,   /* generators of a system whose minors are formed */
    MINORS_COST = 150,  /* of one evaluation of it */
    FLAT_ENOUGH = 24,   /* points without rank, of a system that has no others … */
    FLAT_STRIDE = 8,    /* … before only every so many cells are looked at */
    NODES_MOST = 4000,  /* nodes found by search */
    STALLS_MOST = 200   /* nodes found where a trace could not go on */
};

#define PLANE_STEP (1.0 / 400)
#define PLANE_STEP_LEAST 1e-4
#define NODE_RESIDUAL 1e-12 /* |F| that is rounding, where the rank is full */
#define NODE_SAME 1e-7      /* in u: of nodes that Newton found with full rank */
#define NODE_SAME_FLAT 5e-3 /* in u: of those where it converges slowly, if at all */
#define STALL_SAME 1e-4     /* in u: of those where a trace stalled */
#define NODE_BEND 0.1       /* of the radius: arms that bend less go straight on */
#define SEED_COVERED 0.1    /* of the step: a seed this near a trace is on it */
#define STALL_ARM 0.05      /* of the radius: the arm a stalled trace came by */

static void add_seed(struct plane *plane, const double *w, size_t system)
{
    MEM_GROW(plane->seed, plane->n_seeds, plane->seeds_capacity);
    plane->seed[plane->n_seeds++] = (struct plane_seed){{w[0], w[1]}, system};
}

/* What the points of a system are like. */
struct census {
    size_t n[3];   /* by rank of the Jacobian */
    size_t curves; /* of rank 1 and on a curve */
    size_t flat;   /* of less than full rank and isolated */
};

/* True if no curve leaves w, in either direction. */
static bool is_isolated(struct plane *plane, const struct zeros_system *s, const double *w)
{
    const struct zeros_problem *p = plane->p;
    double at[2] = {w[0], w[1]}, tangent[2] = {1, 0};
    if (!plane_correct(plane, s, at, tangent))
        return true;
    for (int i = 0; i < 4; i++) {
        double h = plane->step * (i < 2 ? 0.5 : 0.05) * (i % 2 == 0 ? 1 : -1);
        double next[2], guess[2], t[2] = {tangent[0], tangent[1]};
        for (int v = 0; v < 2; v++)
            guess[v] = next[v] = at[v] + h * tangent[v] * p->side[v];
        if (plane_correct(plane, s, next, t) && zeros_distance(p, guess, next) < fabs(h) / 2 &&
            zeros_may_vanish(plane->p, s, next))
            return false;
    }
    return true;
}

/* Where a system leads from the middle of a cell: a seed of a curve, a node, or a rim. */
static void classify_point(struct plane *plane, size_t system, const double *w,
                           struct census *census)
{
    struct zeros_problem *p = plane->p;
    const struct zeros_system *s = p->systems[system];
    size_t rank = zeros_rank(p, s, w);
    /* More equations than unknowns: their least residual may be small and yet no solution. */
    if (rank == 2 && zeros_residual(p, s, w) > NODE_RESIDUAL * fmax(1, s->slope))
        return;
    census->n[rank]++;
    if (rank == 2 && plane->n_nodes < NODES_MOST) {
        plane_node_add(plane, w, NODE_SAME);
    } else if (rank == 1 && (s->n == 1 || !is_isolated(plane, s, w))) {
        /* Two systems may share a curve; either traces it. */
        if (plane->is_crossing[system])
            return;
        census->curves++;
        add_seed(plane, w, system);
    } else if (rank == 1 || s->depth >= ZEROS_MAX_DEPTH) {
        census->flat++;
        zeros_path_add(&plane->flat, w, true);
    }
}

static struct census project_cells(struct plane *plane, size_t system,
                                   const struct zeros_cover *cover)
{
    struct zeros_problem *p = plane->p;
    struct census census = {{0, 0, 0}, 0, 0};
    double cells = ldexp(1, (int)cover->level);
    for (size_t i = 0; i < cover->n && !zeros_stopped(p); i++) {
        double w[2];
        /* A system without rank anywhere is left to its derivatives: Newton is slow on it. */
        if (census.n[0] >= FLAT_ENOUGH && census.n[1] + census.n[2] == 0 && i % FLAT_STRIDE != 0)
            continue;
        for (int v = 0; v < 2; v++)
            w[v] = p->low[v] + p->side[v] * (cover->cell[2 * i + (size_t)v] + 0.5) / cells;
        if (!zeros_newton(p, p->systems[system], w))
            continue;
        if (plane->has_area && plane_area_near(plane, w, plane->step / 2))
            zeros_path_add(&plane->boundary, w, false);
        else
            classify_point(plane, system, w, &census);
    }
    return census;
}

/* Systems of the points common to this curve and every one before it. */
static void add_crossings(struct plane *plane, size_t system)
{
    struct zeros_problem *p = plane->p;
    for (size_t i = 0; i < system; i++) {
        const struct zeros_system *a = p->systems[i], *b = p->systems[system];
        if (!plane->is_curve[i] || p->n_systems >= ZEROS_MAX_SYSTEMS)
            continue;
        uint32_t *node = mem_new(a->n + b->n, sizeof *node);
        memcpy(node, a->node, a->n * sizeof *node);
        memcpy(node + a->n, b->node, b->n * sizeof *node);
        size_t first = p->n_systems;
        zeros_add_systems(p, node, a->n + b->n, ZEROS_MAX_DEPTH);
        for (size_t k = first; k < p->n_systems; k++)
            plane->is_crossing[k] = true;
        mem_free(node);
    }
}

/* Where a system has isolated points of rank 1, its 2×2 minors vanish too; with them the rank is
   full as a rule, and Newton exact. */
static void add_minors(struct plane *plane, const struct zeros_system *s)
{
    struct zeros_problem *p = plane->p;
    size_t n = s->n;
    if (n < 2 || n > MINORS_MOST || s->cost > MINORS_COST || p->n_systems >= ZEROS_MAX_SYSTEMS)
        return;
    uint32_t *node = mem_new(n + n * n, sizeof *node), *slope = mem_new(2 * n, sizeof *slope);
    size_t count = n;
    memcpy(node, s->node, n * sizeof *node);
    for (size_t i = 0; i < n; i++)
        dag_gradient(p->dag, s->node[i], slope + 2 * i);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            uint32_t a = dag_op(p->dag, OP_MUL, slope[2 * i], slope[2 * j + 1], 0);
            uint32_t b = dag_op(p->dag, OP_MUL, slope[2 * i + 1], slope[2 * j], 0);
            node[count++] = dag_op(p->dag, OP_SUB, a, b, 0);
        }
    size_t first = p->n_systems;
    zeros_add_systems(p, node, count, ZEROS_MAX_DEPTH);
    for (size_t k = first; k < p->n_systems; k++)
        plane->is_crossing[k] = true;
    mem_free(node);
    mem_free(slope);
}

/* Finds the nodes and seeds of all systems; new systems appear while it runs. */
static void survey(struct plane *plane)
{
    struct zeros_problem *p = plane->p;
    for (size_t k = 0; k < p->n_systems && !zeros_stopped(p); k++) {
        struct zeros_cover cover;
        const struct zeros_system *s = p->systems[k];
        if (s->n == 0)
            continue;
        zeros_cover_find(p, s, COVER_LEVEL, COVER_CELLS, &cover);
        struct census census = project_cells(plane, k, &cover);
        plane->is_curve[k] = census.curves > 0;
        if (census.n[0] + census.curves > 0)
            zeros_deflate(p, s);
        if (census.flat > 0)
            add_minors(plane, s);
        if (census.curves > 0)
            add_crossings(plane, k);
        zeros_cover_done(&cover);
    }
    for (size_t i = 0; i < plane->flat.n; i++)
        plane_node_add(plane, plane->flat.w + 2 * i, NODE_SAME_FLAT);
}

/* Takes a traced path as a component. */
static void deliver(struct plane *plane, size_t system, struct zeros_path *path, bool closed)
{
    plane_index_add(plane, system, path);
    zeros_result_add(plane->p, plane->out, path, 1, closed);
}

/* A trace stopped at the path's last point for no known reason: a corner, an end, a singular point
   that no system showed. It becomes a node, whose other arms are followed in their turn. */
static void end_stalled(struct plane *plane, size_t system, struct zeros_path *path)
{
    struct zeros_problem *p = plane->p;
    const double *last = path->w + 2 * (path->n - 1);
    double w[2] = {last[0], last[1]};
    for (int v = 0; v < 2; v++)
        if (w[v] - p->low[v] < NODE_SAME * p->side[v] || p->high[v] - w[v] < NODE_SAME * p->side[v])
            return;
    size_t before = plane->n_nodes;
    if (before >= NODES_MOST + STALLS_MOST)
        return;
    size_t node = plane_node_add(plane, w, STALL_SAME);
    if (node < before) {
        zeros_path_add(path, plane->node[node].w, true);
        return;
    }
    path->singular[path->n - 1] = true;
    plane_node_arms(plane, node);
    plane->has_stalled = true;
    if (plane->node[node].n_arms < 2)
        p->lost = true;
    size_t arm = SIZE_MAX;
    for (size_t i = path->n; i-- > 1 && arm == SIZE_MAX;) {
        const double *a = path->w + 2 * (i - 1), *b = path->w + 2 * i;
        size_t near = plane_node_nearest_arm(plane, node, system, a);
        if (near == SIZE_MAX || zeros_distance(p, a, w) > 4 * plane->step)
            break;
        for (size_t k = plane->node[node].first_arm; k < plane->n_arms; k++)
            if (plane->arm[k].system == system && plane_segment_distance(p, plane->arm[k].w, a, b) <
                                                      STALL_ARM * plane->node[node].radius)
                arm = k;
    }
    if (arm != SIZE_MAX)
        plane->arm[arm].used = true;
}

/* Finishes a path according to how its trace ended. */
static void end_path(struct plane *plane, size_t system, struct plane_trace trace,
                     struct zeros_path *path)
{
    if (trace.end == END_STALL) {
        end_stalled(plane, system, path);
    } else if (trace.end == END_NODE) {
        const struct plane_node *node = &plane->node[trace.node];
        const double *last = path->w + 2 * (path->n - 1);
        size_t arm = plane_node_nearest_arm(plane, trace.node, system, last);
        if (arm != SIZE_MAX)
            plane->arm[arm].used = true;
        zeros_path_add(path, node->w, true);
    }
}

static void trace_arm(struct plane *plane, size_t index)
{
    struct zeros_problem *p = plane->p;
    struct plane_arm *arm = &plane->arm[index];
    const struct plane_node node = plane->node[arm->node];
    double w[2] = {arm->w[0], arm->w[1]}, tangent[2];
    size_t system = arm->system, start = arm->node;
    struct zeros_path path;
    arm->used = true;
    zeros_path_init(&path, 2);
    zeros_path_add(&path, node.w, true);
    for (int v = 0; v < 2; v++)
        tangent[v] = (w[v] - node.w[v]) / (p->side[v] * node.radius);
    struct plane_trace trace = {END_STALL, SIZE_MAX};
    zeros_path_add(&path, w, false);
    if (plane_correct(plane, p->systems[system], w, tangent)) {
        trace = plane_follow(plane, system, w, tangent, start, false, &path);
        end_path(plane, system, trace, &path);
    }
    deliver(plane, system, &path, trace.end == END_NODE && trace.node == start);
}

static bool in_disc(const struct plane *plane, const double *w)
{
    for (size_t i = 0; i < plane->n_nodes; i++)
        if (zeros_distance(plane->p, w, plane->node[i].w) < plane->node[i].radius)
            return true;
    return false;
}

static void trace_seed(struct plane *plane, const struct plane_seed *seed)
{
    struct zeros_problem *p = plane->p;
    double w[2] = {seed->w[0], seed->w[1]}, forward[2] = {1, 0.5}, backward[2];
    struct zeros_path path;
    if (plane_index_near(plane, SIZE_MAX, w, SEED_COVERED * plane->step) || in_disc(plane, w) ||
        !plane_correct(plane, p->systems[seed->system], w, forward))
        return;
    backward[0] = -forward[0];
    backward[1] = -forward[1];
    zeros_path_init(&path, 2);
    zeros_path_add(&path, w, false);
    struct plane_trace trace = plane_follow(plane, seed->system, w, forward, SIZE_MAX, true, &path);
    bool closed = trace.end == END_CLOSED;
    if (trace.end == END_STALL && zeros_distance(p, w, path.w + 2 * (path.n - 1)) <= plane->step) {
        /* A corner beside the seed: its arms are the whole story. */
        struct zeros_path corner;
        zeros_path_init(&corner, 2);
        zeros_path_add(&corner, path.w + 2 * (path.n - 1), true);
        end_stalled(plane, seed->system, &corner);
        zeros_path_done(&corner);
        zeros_path_done(&path);
        return;
    }
    if (!closed) {
        end_path(plane, seed->system, trace, &path);
        zeros_path_reverse(&path);
        size_t end = trace.node;
        trace = plane_follow(plane, seed->system, w, backward, SIZE_MAX, false, &path);
        end_path(plane, seed->system, trace, &path);
        closed = trace.end == END_NODE && trace.node == end;
    }
    deliver(plane, seed->system, &path, closed);
}

static void trace_arms(struct plane *plane, size_t *done)
{
    for (; *done < plane->n_arms && !zeros_stopped(plane->p); ++*done)
        if (!plane->arm[*done].used)
            trace_arm(plane, *done);
}

/* A node where one system has full rank, and whose two arms are its curve going straight on, is no
   singular point of W0: K is only flatter there. Its arms are those added last. */
static void forget_smooth(struct plane *plane, size_t index)
{
    struct zeros_problem *p = plane->p;
    struct plane_node *node = &plane->node[index];
    const struct plane_arm *arm = plane->arm + node->first_arm;
    double middle[2];
    if (node->n_arms != 2 || arm[0].system != arm[1].system ||
        zeros_rank(p, p->systems[arm[0].system], node->w) == 0)
        return;
    for (int v = 0; v < 2; v++)
        middle[v] = arm[0].w[v] / 2 + arm[1].w[v] / 2;
    if (zeros_distance(p, middle, node->w) > NODE_BEND * node->radius)
        return;
    plane->n_arms -= 2;
    node->n_arms = 0;
}

/* Nodes that no branch reaches are points of W0 by themselves. */
static void deliver_isolated(struct plane *plane)
{
    struct zeros_problem *p = plane->p;
    for (size_t i = 0; i < plane->n_nodes; i++) {
        const struct plane_node *node = &plane->node[i];
        struct zeros_path path;
        if (node->n_arms > 0 ||
            plane_index_near(plane, SIZE_MAX, node->w, SEED_COVERED * plane->step) ||
            (plane->has_area && plane_area_near(plane, node->w, node->radius)))
            continue;
        p->lost = p->lost || plane->has_stalled || plane->n_arms > 0;
        zeros_path_init(&path, 2);
        zeros_path_add(&path, node->w, true);
        zeros_result_add(p, plane->out, &path, 0, false);
    }
}

static void plane_done(struct plane *plane)
{
    mem_free(plane->node);
    mem_free(plane->arm);
    mem_free(plane->seed);
    mem_free(plane->is_curve);
    mem_free(plane->is_crossing);
    mem_free(plane->segment);
    mem_free(plane->bucket);
    zeros_path_done(&plane->boundary);
    zeros_path_done(&plane->flat);
}

enum status zeros_plane(struct zeros_problem *p, const struct zeros_options *options,
                        struct zero_set *out)
{
    struct plane plane = {.p = p, .out = out, .step = PLANE_STEP};
    size_t done = 0;
    if (options != NULL && options->step > 0)
        plane.step = fmin(fmax(options->step, PLANE_STEP_LEAST), 0.05);
    plane.is_curve = mem_new(ZEROS_MAX_SYSTEMS, sizeof *plane.is_curve);
    plane.is_crossing = mem_new(ZEROS_MAX_SYSTEMS, sizeof *plane.is_crossing);
    zeros_path_init(&plane.boundary, 2);
    zeros_path_init(&plane.flat, 2);
    plane_index_init(&plane);
    bool *flags = plane_area_scan(&plane);
    survey(&plane);
    for (size_t i = 0; i < plane.n_nodes && !zeros_stopped(p); i++) {
        plane_node_arms(&plane, i);
        forget_smooth(&plane, i);
    }
    trace_arms(&plane, &done);
    for (size_t i = 0; i < plane.n_seeds && !zeros_stopped(p); i++) {
        trace_seed(&plane, &plane.seed[i]);
        trace_arms(&plane, &done);
    }
    deliver_isolated(&plane);
    plane_area_deliver(&plane, flags);
    mem_free(flags);
    plane_done(&plane);
    return cancel_wanted(p->cancel) ? ST_CANCELLED : ST_OK;
}
