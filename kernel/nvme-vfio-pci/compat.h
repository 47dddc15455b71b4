/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels that the driver is built for. The series of
 * each kernel is generated with these resolved, and does not have this file.
 */
#ifndef NVMEVF_COMPAT_H
#define NVMEVF_COMPAT_H

#include <linux/version.h>

/* migration_get_data_size() is there, and required, since 6.2 */
#define NVMEVF_HAVE_DATA_SIZE (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0))

/* iommufd, all of its callbacks, since 6.6 */
#define NVMEVF_HAVE_IOMMUFD (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0))

#endif
