/* Forks while other threads are in the middle of everything: the child goes on, alone. */

#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

static bw_engine engine, moving;
static _Atomic int is_over;

static void *busy(void *argument) {
    (void)argument;
    while (!is_over) {
        prepared handles = prepare(engine, "user:ana");
        bw_decision decision = BW_DENY;
        EXPECT(ask_prepared(handles, &decision) == BW_OK && decision == BW_ALLOW);
        release(handles);
    }
    return NULL;
}

static void *reloading(void *argument) {
    (void)argument;
    for (int i = 0; !is_over; i++) {
        bw_named_text text = named_text(i % 2 == 0 ? REVOKED : POLICY);
        EXPECT(bw_engine_replace(moving, &text, 1, NULL, NULL) == BW_OK);
    }
    return NULL;
}

/* Whatever the parent was reloading, the child finds one snapshot, at every door, and can change it. */
static void child_of_reload(void) {
    uint64_t revision = 0, next = 0;
    bw_situation situation = bw_situation_at(NOW);
    bw_details details = bw_details_init();
    bw_decision listed = BW_ALLOW;
    EXPECT(bw_engine_revision(moving, &revision) == BW_OK);
    prepared own = prepare(moving, "user:ana");
    bw_prepared_request asked = {own.subject, own.permission, own.scope, &situation};
    EXPECT(bw_subject_check_details(own.subject, own.permission, own.scope, &situation, &details) == BW_OK);
    EXPECT(details.revision == revision && details.decision == ask(moving, "user:ana"));
    EXPECT(bw_check_prepared(moving, &asked, 1, &listed, NULL) == BW_OK && listed == details.decision);
    bw_actor host = bw_actor_host();
    bw_change change = bw_change_at(NOW, BW_EDIT_DELETE_CLUSTER);
    bw_approval approval = 0;
    change.name = bw_text_of("west");
    EXPECT(bw_approve(moving, &host, &change, &approval, NULL) == BW_OK);
    EXPECT(bw_apply(moving, approval, &next) == BW_OK && next == revision + 1);
    EXPECT(bw_check_prepared(moving, &asked, 1, &listed, NULL) == BW_STALE_HANDLE && listed == BW_DENY);
}

static void child(prepared inherited) {
    bw_decision decision = BW_DENY;
    uint64_t revision = 0;
    alarm(20);
    child_of_reload();
    EXPECT(ask(engine, "user:ana") == BW_ALLOW);
    EXPECT(ask_prepared(inherited, &decision) == BW_OK && decision == BW_ALLOW);
    for (int i = 0; i < 100; i++) {
        prepared own = prepare(engine, "user:ana");
        EXPECT(ask_prepared(own, &decision) == BW_OK && decision == BW_ALLOW);
        release(own);
    }
    bw_named_text text = named_text(REVOKED);
    EXPECT(bw_engine_replace(engine, &text, 1, &revision, NULL) == BW_OK && revision == 2);
    EXPECT(ask(engine, "user:ana") == BW_DENY);
    EXPECT(ask_prepared(inherited, &decision) == BW_STALE_HANDLE && decision == BW_DENY);
    release(inherited);
    EXPECT(bw_engine_free(engine) == BW_OK);
    _exit(0);
}

int main(int n_arguments, char **arguments) {
    int n = n_arguments < 2 ? 20 : atoi(arguments[1]);
    pthread_t threads[4];
    engine = engine_of(POLICY);
    moving = engine_of(POLICY);
    prepared handles = prepare(engine, "user:ana");
    for (int i = 0; i < 3; i++) {
        EXPECT(pthread_create(&threads[i], NULL, busy, NULL) == 0);
    }
    EXPECT(pthread_create(&threads[3], NULL, reloading, NULL) == 0);
    for (int i = 0; i < n; i++) {
        pid_t pid = fork();
        EXPECT(pid >= 0);
        if (pid == 0) {
            child(handles);
        }
        int status = 1;
        EXPECT(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
        EXPECT(ask(engine, "user:ana") == BW_ALLOW);
    }
    is_over = 1;
    for (int i = 0; i < 4; i++) {
        EXPECT(pthread_join(threads[i], NULL) == 0);
    }
    release(handles);
    EXPECT(bw_engine_free(engine) == BW_OK && bw_engine_free(moving) == BW_OK);
    return 0;
}
