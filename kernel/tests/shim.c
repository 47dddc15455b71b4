// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel for a process: locks, files, memory, and VFIO's way from state to
 * state. Every allocation, file and user copy can be made to fail.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "shim.h"
#include "shim-test.h"

struct shim_faults shim_faults;

static int live_allocations;
static int live_files;
static unsigned long now;
static struct inode inode;

void shim_reset(void)
{
	memset(&shim_faults, 0, sizeof(shim_faults));
	WRITE_ONCE(live_allocations, 0);
	WRITE_ONCE(live_files, 0);
}

int shim_live(void)
{
	return READ_ONCE(live_allocations) + READ_ONCE(live_files);
}

/* Who would wait for himself is told. */
void mutex_init(struct mutex *lock)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&lock->m, &attr);
	pthread_mutexattr_destroy(&attr);
	lock->held = false;
}

void mutex_destroy(struct mutex *lock)
{
	assert(!lock->held);
	pthread_mutex_destroy(&lock->m);
}

void mutex_lock(struct mutex *lock)
{
	int ret = pthread_mutex_lock(&lock->m);

	assert(!ret);
	lock->held = true;
}

int mutex_trylock(struct mutex *lock)
{
	if (pthread_mutex_trylock(&lock->m))
		return 0;
	lock->held = true;
	return 1;
}

void mutex_unlock(struct mutex *lock)
{
	assert(lock->held);
	lock->held = false;
	pthread_mutex_unlock(&lock->m);
}

/* Whether this one of the countable things fails. */
static bool fails(void)
{
	if (!shim_faults.alloc_nth || --shim_faults.alloc_nth)
		return false;
	shim_faults.injected++;
	return true;
}

static void *allocate(size_t size)
{
	void *p;

	if (fails())
		return NULL;
	p = calloc(1, size);
	assert(p);
	__atomic_add_fetch(&live_allocations, 1, __ATOMIC_RELAXED);
	return p;
}

void *kzalloc(size_t size, int flags)
{
	(void)flags;
	return allocate(size);
}

void *kvzalloc(size_t size, int flags)
{
	(void)flags;
	return allocate(size);
}

void kfree(void *p)
{
	if (p)
		__atomic_sub_fetch(&live_allocations, 1, __ATOMIC_RELAXED);
	free(p);
}

void kvfree(void *p)
{
	kfree(p);
}

void kvfree_sensitive(void *p, size_t size)
{
	if (p)
		explicit_bzero(p, size);
	kfree(p);
}

struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv,
				int flags)
{
	struct file *filp;

	(void)name;
	if (fails())
		return ERR_PTR(-ENFILE);
	filp = calloc(1, sizeof(*filp));
	assert(filp);
	filp->f_op = fops;
	filp->private_data = priv;
	filp->f_inode = &inode;
	filp->f_flags = flags;
	filp->count = 1;
	__atomic_add_fetch(&live_files, 1, __ATOMIC_RELAXED);
	return filp;
}

int stream_open(struct inode *in, struct file *filp)
{
	(void)in;
	filp->stream = true;
	return 0;
}

struct file *get_file(struct file *filp)
{
	__atomic_add_fetch(&filp->count, 1, __ATOMIC_RELAXED);
	return filp;
}

void fput(struct file *filp)
{
	if (__atomic_sub_fetch(&filp->count, 1, __ATOMIC_ACQ_REL))
		return;
	filp->f_op->release(filp->f_inode, filp);
	free(filp);
	__atomic_sub_fetch(&live_files, 1, __ATOMIC_RELAXED);
}

/* As the kernel's: what cannot be copied stays, and its length is returned. */
static unsigned long copy(void *to, const void *from, unsigned long n)
{
	unsigned long can = n;

	if (shim_faults.copy_limited)
		can = min(n, (unsigned long)shim_faults.copy_limit);
	memcpy(to, from, can);
	return n - can;
}

unsigned long copy_to_user(char *to, const void *from, unsigned long n)
{
	return copy(to, from, n);
}

unsigned long copy_from_user(void *to, const char *from, unsigned long n)
{
	return copy(to, from, n);
}

unsigned long shim_jiffies(void)
{
	return __atomic_load_n(&now, __ATOMIC_RELAXED);
}

void msleep(unsigned int ms)
{
	__atomic_add_fetch(&now, ms, __ATOMIC_RELAXED);
}

void shim_log(const char *format, ...)
{
	char line[200];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	__atomic_add_fetch(&shim_faults.logged, 1, __ATOMIC_RELAXED);
}

/*
 * The states form a tree: RUNNING, RUNNING_P2P if there is one, STOP, and at
 * STOP the leaves STOP_COPY and RESUMING. The next state is the next on the way.
 */
int vfio_mig_get_next_state(struct vfio_device *device, enum vfio_device_mig_state cur,
			    enum vfio_device_mig_state new, enum vfio_device_mig_state *next)
{
	bool p2p = device->migration_flags & VFIO_MIGRATION_P2P;
	bool leaf = new == VFIO_DEVICE_STATE_STOP_COPY || new == VFIO_DEVICE_STATE_RESUMING;

	/* as the kernel, which knows no way out of ERROR */
	if (WARN_ON(cur == VFIO_DEVICE_STATE_ERROR))
		return -EINVAL;
	if (new == VFIO_DEVICE_STATE_ERROR || new > VFIO_DEVICE_STATE_RUNNING_P2P ||
	    (new == VFIO_DEVICE_STATE_RUNNING_P2P && !p2p))
		return -EINVAL;

	switch (cur) {
	case VFIO_DEVICE_STATE_RUNNING:
		*next = p2p ? VFIO_DEVICE_STATE_RUNNING_P2P : VFIO_DEVICE_STATE_STOP;
		return 0;
	case VFIO_DEVICE_STATE_RUNNING_P2P:
		*next = new == VFIO_DEVICE_STATE_RUNNING ? new : VFIO_DEVICE_STATE_STOP;
		return 0;
	case VFIO_DEVICE_STATE_STOP:
		*next = leaf ? new :
			p2p  ? VFIO_DEVICE_STATE_RUNNING_P2P :
			       VFIO_DEVICE_STATE_RUNNING;
		return 0;
	default:
		*next = VFIO_DEVICE_STATE_STOP;
		return 0;
	}
}
