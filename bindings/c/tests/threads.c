/*
 * Threads that check while others reload, prepare, free and destroy.
 *
 *     threads ROUNDS
 *
 * The policy alternates between one that grants and one that does not. An answer must be that of a revision between the one before the call and
 * the one after it; an odd revision grants, an even one does not.
 */

#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>

#include "common.h"

enum { CHECKERS = 4 };

static bw_engine engine;
static _Atomic uint64_t published = 1;
static _Atomic int is_over;
static _Atomic unsigned long long n_checks, n_handled, n_stale;
static _Atomic uint64_t shared_subject, shared_permission, shared_scope;

static void *checker(void *argument) {
    bw_request request = request_of("user:ana");
    bw_situation situation = bw_situation_at(NOW);
    uint64_t last = 0;
    (void)argument;
    while (!is_over) {
        bw_details details = bw_details_init();
        uint64_t before = published;
        EXPECT(bw_check_details(engine, &request, &details) == BW_OK);
        EXPECT(before <= details.revision && last <= details.revision);
        EXPECT(details.decision == (details.revision % 2 == 1 ? BW_ALLOW : BW_DENY));
        last = details.revision;
        n_checks++;
        /* Handles that another thread frees and makes anew all the while. */
        before = published;
        bw_status status = bw_subject_check_details(shared_subject, shared_permission, shared_scope, &situation, &details);
        if (status == BW_OK) {
            EXPECT(before <= details.revision && details.decision == (details.revision % 2 == 1 ? BW_ALLOW : BW_DENY));
            n_handled++;
        } else {
            EXPECT((status == BW_STALE_HANDLE || status == BW_BAD_HANDLE) && details.decision == BW_DENY);
            n_stale++;
        }
    }
    return NULL;
}

static void *preparer(void *argument) {
    (void)argument;
    while (!is_over) {
        prepared handles = prepare(engine, "user:ana");
        shared_subject = handles.subject;
        shared_permission = handles.permission;
        shared_scope = handles.scope;
        for (int i = 0; i < 100 && !is_over; i++) {
            bw_situation situation = bw_situation_at(NOW);
            bw_prepared_request asked = {handles.subject, handles.permission, handles.scope, &situation};
            bw_decision decision = BW_ALLOW, listed = BW_ALLOW;
            uint64_t before = 0, after = 0;
            EXPECT(bw_engine_revision(engine, &before) == BW_OK);
            bw_status status = ask_prepared(handles, &decision);
            bw_status of_list = bw_check_prepared(engine, &asked, 1, &listed, NULL);
            EXPECT(bw_engine_revision(engine, &after) == BW_OK);
            EXPECT(status == BW_OK || (status == BW_STALE_HANDLE && decision == BW_DENY));
            EXPECT(before != after || (of_list == status && listed == decision));
        }
        release(handles);
    }
    return NULL;
}

/* Engines are freed while others check on them: a denial with a status, or the answer. */
static _Atomic uint64_t short_lived;

static void *on_short_lived(void *argument) {
    bw_request request = request_of("user:ana");
    (void)argument;
    while (!is_over) {
        bw_decision decision = BW_ALLOW;
        bw_status status = bw_check(short_lived, &request, &decision);
        EXPECT(status == BW_OK ? decision == BW_ALLOW : status == BW_BAD_HANDLE && decision == BW_DENY);
    }
    return NULL;
}

int main(int n_arguments, char **arguments) {
    int rounds = n_arguments < 2 ? 100 : atoi(arguments[1]);
    pthread_t threads[CHECKERS + 2];
    engine = engine_of(POLICY);
    short_lived = engine_of(POLICY);
    for (int i = 0; i < CHECKERS; i++) {
        EXPECT(pthread_create(&threads[i], NULL, checker, NULL) == 0);
    }
    EXPECT(pthread_create(&threads[CHECKERS], NULL, preparer, NULL) == 0);
    EXPECT(pthread_create(&threads[CHECKERS + 1], NULL, on_short_lived, NULL) == 0);
    for (int i = 0; i < rounds; i++) {
        bw_named_text text = named_text(i % 2 == 0 ? REVOKED : POLICY);
        uint64_t revision = 0;
        EXPECT(bw_engine_replace(engine, &text, 1, &revision, NULL) == BW_OK && revision == (uint64_t)i + 2);
        published = revision;
        bw_engine old = short_lived;
        short_lived = engine_of(POLICY);
        EXPECT(bw_engine_free(old) == BW_OK);
    }
    is_over = 1;
    for (int i = 0; i < CHECKERS + 2; i++) {
        EXPECT(pthread_join(threads[i], NULL) == 0);
    }
    EXPECT(bw_engine_free(engine) == BW_OK && bw_engine_free(short_lived) == BW_OK);
    printf("%d reloads, %llu checks by names, %llu by handles, %llu stale or freed\n", rounds, n_checks, n_handled, n_stale);
    EXPECT(n_checks != 0);
    return 0;
}
