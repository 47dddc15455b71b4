/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of the kernel as the driver's arcs, data files, commands and
 * capability check use, for a process. The files <linux/....h> that they include
 * are made by the build, and each includes this one.
 */
#ifndef SHIM_H
#define SHIM_H

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef unsigned int __poll_t;

#define __user
#define THIS_MODULE NULL
#define GFP_KERNEL 0
#define GFP_KERNEL_ACCOUNT 0
#define SZ_4K 0x1000
#define SZ_128K 0x20000
#define SZ_256K 0x40000
#define SZ_4M 0x400000
#define LINUX_VERSION_CODE KERNEL_VERSION(6, 12, 0)
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))

#define cpu_to_le32(v) htole32(v)
#define le16_to_cpu(v) le16toh(v)
#define le32_to_cpu(v) le32toh(v)

#define READ_ONCE(v) __atomic_load_n(&(v), __ATOMIC_RELAXED)
#define WRITE_ONCE(v, n) __atomic_store_n(&(v), (n), __ATOMIC_RELAXED)

#define min_t(t, a, b) ((t)(a) < (t)(b) ? (t)(a) : (t)(b))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define ilog2(v) (31 - __builtin_clz(v))
#define container_of(p, type, member) ((type *)((char *)(p)-offsetof(type, member)))

#define ERR_PTR(e) ((void *)(intptr_t)(e))
#define PTR_ERR(p) ((int)(intptr_t)(p))
#define IS_ERR(p) ((uintptr_t)(p) >= (uintptr_t)-4095)
#define ERR_CAST(p) ((void *)(p))

/* The kernel needs no message. */
#undef static_assert
#define static_assert(expr, ...) _Static_assert(expr, #expr)

/* A warning of the kernel ends the test. */
#define WARN_ON(c)                 \
	({                         \
		bool shim_c = (c); \
		assert(!shim_c);   \
		shim_c;            \
	})
#define lockdep_assert_held(l) assert((l)->held)

struct mutex {
	pthread_mutex_t m;
	bool held;
};

void mutex_init(struct mutex *lock);
void mutex_destroy(struct mutex *lock);
void mutex_lock(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

typedef struct mutex spinlock_t;
#define spin_lock_init mutex_init
#define spin_lock mutex_lock
#define spin_unlock mutex_unlock

struct inode {
	int none;
};

struct file;
struct poll_table_struct;

struct file_operations {
	void *owner;
	ssize_t (*read)(struct file *filp, char *buf, size_t len, loff_t *pos);
	ssize_t (*write)(struct file *filp, const char *buf, size_t len, loff_t *pos);
	__poll_t (*poll)(struct file *filp, struct poll_table_struct *wait);
	int (*release)(struct inode *inode, struct file *filp);
};

struct file {
	const struct file_operations *f_op;
	void *private_data;
	struct inode *f_inode;
	int f_flags;
	bool stream;
	int count;
};

struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv,
				int flags);
int stream_open(struct inode *inode, struct file *filp);
struct file *get_file(struct file *filp);
void fput(struct file *filp);

void *kzalloc(size_t size, int flags);
void *kvzalloc(size_t size, int flags);
void kfree(void *p);
void kvfree(void *p);
void kvfree_sensitive(void *p, size_t size);

unsigned long copy_to_user(char *to, const void *from, unsigned long n);
unsigned long copy_from_user(void *to, const char *from, unsigned long n);

/* Time goes on by sleeping alone. */
unsigned long shim_jiffies(void);
#define jiffies shim_jiffies()
#define msecs_to_jiffies(ms) ((unsigned long)(ms))
#define time_before(a, b) ((long)((a) - (b)) < 0)
void msleep(unsigned int ms);

struct device {
	int none;
};

struct pci_dev {
	struct device dev;
	void *data; /* of its driver */
	u16 vendor;
	u16 device;
	bool is_virtfn;
};

#define PCI_VENDOR_ID_INTEL 0x8086

int pci_iov_vf_id(struct pci_dev *dev);

void shim_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define dev_warn_ratelimited(dev, ...) ((void)(dev), shim_log(__VA_ARGS__))
#define pci_info(pdev, ...) ((void)(pdev), shim_log(__VA_ARGS__))

typedef struct {
	u8 b[16];
} uuid_t;

#define UUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                       \
	((uuid_t){ { (u8)((a) >> 24), (u8)((a) >> 16), (u8)((a) >> 8), (u8)(a), (u8)((b) >> 8),  \
		     (u8)(b), (u8)((c) >> 8), (u8)(c), (d0), (d1), (d2), (d3), (d4), (d5), (d6), \
		     (d7) } })
#define uuid_equal(a, b) (!memcmp((a), (b), sizeof(uuid_t)))

struct nvme_common_command {
	u8 opcode;
	u8 flags;
	u16 command_id;
	__le32 nsid;
	__le32 cdw2[2];
	__le64 metadata;
	__le64 dptr[2];
	__le32 cdw10;
	__le32 cdw11;
	__le32 cdw12;
	__le32 cdw13;
	__le32 cdw14;
	__le32 cdw15;
};

struct nvme_identify {
	u8 opcode;
	u8 rsvd1[39];
	u8 cns;
	u8 rsvd41[23];
};

struct nvme_command {
	union {
		struct nvme_common_command common;
		struct nvme_identify identify;
	};
};

struct nvme_id_ctrl {
	u8 rsvd0[77];
	u8 mdts;
	u8 rsvd78[2994];
	u8 vs[1024];
};

enum { nvme_admin_identify = 0x06, NVME_ID_CNS_CTRL = 1 };

enum {
	NVME_SC_INVALID_OPCODE = 0x1,
	NVME_SC_INVALID_FIELD = 0x2,
	NVME_SC_ABORT_REQ = 0x7,
	NVME_SC_CMD_SEQ_ERROR = 0xc,
	NVME_SC_PRP_INVALID_OFFSET = 0x13,
	NVME_SC_CMD_INTERRUPTED = 0x21,
};

enum vfio_device_mig_state {
	VFIO_DEVICE_STATE_ERROR,
	VFIO_DEVICE_STATE_STOP,
	VFIO_DEVICE_STATE_RUNNING,
	VFIO_DEVICE_STATE_STOP_COPY,
	VFIO_DEVICE_STATE_RESUMING,
	VFIO_DEVICE_STATE_RUNNING_P2P,
};

#define VFIO_MIGRATION_STOP_COPY 1
#define VFIO_MIGRATION_P2P 2

struct vfio_device;

struct vfio_migration_ops {
	struct file *(*migration_set_state)(struct vfio_device *device,
					    enum vfio_device_mig_state new_state);
	int (*migration_get_state)(struct vfio_device *device,
				   enum vfio_device_mig_state *curr_state);
	int (*migration_get_data_size)(struct vfio_device *device, unsigned long *length);
};

struct vfio_device_ops;

struct vfio_device {
	struct device *dev;
	const struct vfio_device_ops *ops;
	const struct vfio_migration_ops *mig_ops;
	u64 migration_flags;
};

struct vfio_pci_core_device {
	struct vfio_device vdev;
	struct pci_dev *pdev;
	bool reset_works; /* tried when it was opened */
	bool needs_reset; /* since it was closed without one */
};

int vfio_mig_get_next_state(struct vfio_device *device, enum vfio_device_mig_state cur_fsm,
			    enum vfio_device_mig_state new_fsm,
			    enum vfio_device_mig_state *next_fsm);

#include "shim-vfio.h"

#endif
