/** Registers every built-in tag. */
import { defineCustomElement as checkbox } from '@tarojs/components/dist/components/taro-checkbox-core.js';
import { defineCustomElement as checkboxGroup } from '@tarojs/components/dist/components/taro-checkbox-group-core.js';
import { defineCustomElement as icon } from '@tarojs/components/dist/components/taro-icon-core.js';
import { defineCustomElement as progress } from '@tarojs/components/dist/components/taro-progress-core.js';
import { defineCustomElement as radio } from '@tarojs/components/dist/components/taro-radio-core.js';
import { defineCustomElement as radioGroup } from '@tarojs/components/dist/components/taro-radio-group-core.js';
import { defineCustomElement as richText } from '@tarojs/components/dist/components/taro-rich-text-core.js';
import { defineCustomElement as slider } from '@tarojs/components/dist/components/taro-slider-core.js';
import { defineCustomElement as swiper } from '@tarojs/components/dist/components/taro-swiper-core.js';
import { defineCustomElement as swiperItem } from '@tarojs/components/dist/components/taro-swiper-item-core.js';
import { defineCustomElement as toggle } from '@tarojs/components/dist/components/taro-switch-core.js';
import { containers } from './containers.ts';
import { fields } from './fields.ts';
import { pickers } from './picker.ts';

export function registerTags(): void {
  for (const [name, tag] of Object.entries({ ...containers, ...fields, ...pickers }))
    customElements.define(name, tag);
  for (const define of [checkbox, checkboxGroup, icon, progress, radio, radioGroup]) define();
  for (const define of [richText, slider, swiper, swiperItem, toggle]) define();
}
