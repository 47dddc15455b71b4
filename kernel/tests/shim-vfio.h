/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver's main.c uses of the PCI core and of VFIO's. The test of the driver decides
 * what a VF's reset and its bus mastering are (suite/target-driver.c).
 */
#ifndef SHIM_VFIO_H
#define SHIM_VFIO_H

/* Not that of <linux/vfio.h>: without what no process can call. */
struct vfio_device_ops {
	const char *name;
	int (*init)(struct vfio_device *vdev);
	void (*release)(struct vfio_device *vdev);
	int (*open_device)(struct vfio_device *vdev);
	void (*close_device)(struct vfio_device *vdev);
	void (*ioctl)(void);
	void (*device_feature)(void);
	void (*read)(void);
	void (*write)(void);
	void (*mmap)(void);
	void (*request)(void);
	void (*match)(void);
	void (*bind_iommufd)(void);
	void (*unbind_iommufd)(void);
	void (*attach_ioas)(void);
	void (*detach_ioas)(void);
};

void vfio_pci_core_ioctl(void);
void vfio_pci_core_ioctl_feature(void);
void vfio_pci_core_read(void);
void vfio_pci_core_write(void);
void vfio_pci_core_mmap(void);
void vfio_pci_core_request(void);
void vfio_pci_core_match(void);
void vfio_iommufd_physical_bind(void);
void vfio_iommufd_physical_unbind(void);
void vfio_iommufd_physical_attach_ioas(void);
void vfio_iommufd_physical_detach_ioas(void);
void vfio_pci_core_aer_err_detected(void);

struct vfio_device *shim_vfio_alloc(size_t size, struct device *dev,
				    const struct vfio_device_ops *ops);
#define vfio_alloc_device(type, member, dev, ops)                                      \
	({                                                                             \
		static_assert(!offsetof(struct type, member), "as the kernel has it"); \
		(struct type *)(void *)shim_vfio_alloc(sizeof(struct type), dev, ops); \
	})
void vfio_put_device(struct vfio_device *vdev);

int vfio_pci_core_init_dev(struct vfio_device *vdev);
void vfio_pci_core_release_dev(struct vfio_device *vdev);
int vfio_pci_core_register_device(struct vfio_pci_core_device *core);
void vfio_pci_core_unregister_device(struct vfio_pci_core_device *core);
int vfio_pci_core_enable(struct vfio_pci_core_device *core);
void vfio_pci_core_finish_enable(struct vfio_pci_core_device *core);
void vfio_pci_core_disable(struct vfio_pci_core_device *core);
void vfio_pci_core_close_device(struct vfio_device *vdev);

struct pci_device_id {
	u32 vendor;
	u32 device;
};

#define PCI_DRIVER_OVERRIDE_DEVICE_VFIO(v, d) .vendor = (v), .device = (d)
#define MODULE_DEVICE_TABLE(bus, table)
#define MODULE_LICENSE(text)
#define MODULE_DESCRIPTION(text)

struct pci_error_handlers {
	void (*error_detected)(void);
	void (*reset_prepare)(struct pci_dev *pdev);
	void (*reset_done)(struct pci_dev *pdev);
};

struct pci_driver {
	const char *name;
	const struct pci_device_id *id_table;
	int (*probe)(struct pci_dev *pdev, const struct pci_device_id *id);
	void (*remove)(struct pci_dev *pdev);
	const struct pci_error_handlers *err_handler;
	bool driver_managed_dma;
};

/* the driver that is tested */
extern const struct pci_driver *const shim_driver;
#define module_pci_driver(driver) const struct pci_driver *const shim_driver = &(driver)

static inline void pci_set_drvdata(struct pci_dev *pdev, void *data)
{
	pdev->data = data;
}

static inline void *pci_get_drvdata(struct pci_dev *pdev)
{
	return pdev->data;
}

/* What the device does: an FLR, whether it worked; and no DMA from now on. */
bool shim_pci_reset(struct pci_dev *pdev);
void shim_pci_clear_master(struct pci_dev *pdev);

#endif
