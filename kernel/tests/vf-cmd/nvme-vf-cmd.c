// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests: debugfs' nvme-vf-cmd calls nvme_submit_vf_cmd() on behalf of a VF.
 *
 * Write "DOMAIN:BUS:DEVICE.FUNCTION LENGTH SQE", the SQE as 128 hexadecimal
 * digits; the data are LENGTH zeroes.  Then read what it returned and Dword 0,
 * as decimal numbers in ANSWER_SIZE bytes, and the data behind them.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nvme-vf.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define ANSWER_SIZE 32
#define MAX_LENGTH SZ_4M
#define SQE_DIGITS 128
#define MAX_TEXT (SQE_DIGITS + 64)

struct vf_cmd {
	struct mutex lock; /* of what follows */
	char *answer; /* ANSWER_SIZE bytes, and the data */
	size_t size;
};

/* With the VF's driver held, as if it were the caller: the PF stays for it. */
static int call(struct pci_dev *vf, struct nvme_command *cmd, size_t *dw0, void *data,
		unsigned int len)
{
	int ret = -ENODEV;

	device_lock(&vf->dev);
	if (vf->dev.driver)
		ret = nvme_submit_vf_cmd(vf, cmd, dw0, len ? data : NULL, len);
	device_unlock(&vf->dev);
	return ret;
}

static int call_as_told(struct vf_cmd *c, const char *text)
{
	unsigned int domain, bus, device, function, len;
	char digits[SQE_DIGITS + 1];
	struct nvme_command cmd;
	struct pci_dev *vf;
	size_t dw0 = 0;
	int ret;

	BUILD_BUG_ON(sizeof(cmd) != SQE_DIGITS / 2);
	if (sscanf(text, "%x:%x:%x.%x %u %128s", &domain, &bus, &device, &function, &len, digits) !=
		    6 ||
	    len > MAX_LENGTH || hex2bin((u8 *)&cmd, digits, sizeof(cmd)))
		return -EINVAL;

	vf = pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(device, function));
	if (!vf)
		return -ENODEV;

	kvfree(c->answer);
	c->size = ANSWER_SIZE + len;
	c->answer = kvzalloc(c->size, GFP_KERNEL);
	if (!c->answer) {
		pci_dev_put(vf);
		return -ENOMEM;
	}
	ret = call(vf, &cmd, &dw0, c->answer + ANSWER_SIZE, len);
	scnprintf(c->answer, ANSWER_SIZE, "%d %zu\n", ret, dw0);
	pci_dev_put(vf);
	return 0;
}

static ssize_t vf_cmd_write(struct file *filp, const char __user *buf, size_t len, loff_t *pos)
{
	struct vf_cmd *c = filp->private_data;
	char text[MAX_TEXT] = "";
	int ret;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;

	mutex_lock(&c->lock);
	ret = call_as_told(c, text);
	mutex_unlock(&c->lock);
	return ret ? ret : len;
}

static ssize_t vf_cmd_read(struct file *filp, char __user *buf, size_t len, loff_t *pos)
{
	struct vf_cmd *c = filp->private_data;
	ssize_t ret = 0;

	mutex_lock(&c->lock);
	if (c->answer)
		ret = simple_read_from_buffer(buf, len, pos, c->answer, c->size);
	mutex_unlock(&c->lock);
	return ret;
}

static int vf_cmd_open(struct inode *inode, struct file *filp)
{
	struct vf_cmd *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	mutex_init(&c->lock);
	filp->private_data = c;
	return 0;
}

static int vf_cmd_release(struct inode *inode, struct file *filp)
{
	struct vf_cmd *c = filp->private_data;

	kvfree(c->answer);
	mutex_destroy(&c->lock);
	kfree(c);
	return 0;
}

static const struct file_operations vf_cmd_fops = {
	.owner = THIS_MODULE,
	.open = vf_cmd_open,
	.read = vf_cmd_read,
	.write = vf_cmd_write,
	.release = vf_cmd_release,
	.llseek = default_llseek,
};

static struct dentry *entry;

static int __init vf_cmd_init(void)
{
	entry = debugfs_create_file("nvme-vf-cmd", 0600, NULL, NULL, &vf_cmd_fops);
	return PTR_ERR_OR_ZERO(entry);
}

static void __exit vf_cmd_exit(void)
{
	debugfs_remove(entry);
}

module_init(vf_cmd_init);
module_exit(vf_cmd_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Calls nvme_submit_vf_cmd() for tests");
